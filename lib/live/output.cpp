// SPDX-License-Identifier: LGPL-2.1-or-later
#include "live/output.h"

#include <utility>

#include "live/outlet.h"
#include "live/output_log.h"
#include "live/pipeline_output.h"

namespace talkie {

namespace {

Result<std::unique_ptr<Outlet>> make_outlet(const LiveTarget& target, OutputLog& log) {
  switch (target.kind) {
    case LiveTarget::Kind::rtmp:
      return make_rtmp_outlet(target);
    case LiveTarget::Kind::srt:
      return make_srt_outlet(target, log);
    case LiveTarget::Kind::hls:
      return make_hls_outlet(target, log);
    case LiveTarget::Kind::window:
      return make_window_outlet(log);
  }
  return Error{ErrorKind::bad_value, "there is no such output"};
}

}  // namespace

Result<std::unique_ptr<LiveOutput>> open_output(const LiveTarget& target, OutputListener listener) {
  if (auto checked = check_targets({&target, 1}); !checked) return checked.error();
  if (!gst_init_check(nullptr, nullptr, nullptr))
    return Error{ErrorKind::missing_part, "GStreamer does not start"};
  auto log = std::make_unique<OutputLog>(target, std::move(listener));
  auto outlet = make_outlet(target, *log);
  if (!outlet) return outlet.error();
  return std::unique_ptr<LiveOutput>(
      std::make_unique<PipelineOutput>(std::move(log), std::move(*outlet)));
}

}  // namespace talkie
