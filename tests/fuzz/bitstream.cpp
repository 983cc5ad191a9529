// SPDX-License-Identifier: LGPL-2.1-or-later
// Fuzzes the H.264 reader and the hold filler, with clang's libFuzzer. The tests run it for some
// seconds over the streams in corpus/bitstream; to search for longer:
//
//   meson compile fuzz-bitstream
//   mkdir -p found && tests/fuzz/fuzz-bitstream -max_total_time=3600 found \
//     ../tests/fuzz/corpus/bitstream
//
// An input is a file of H.264 with start codes. It is filled so, then with lengths and its first
// parameter sets in an avcC record; then it is taken for an access unit with lengths, and for an
// avcC record itself. Beyond what the sanitizers see, what was written must be readable again.
#include <cstdlib>

#include "access_units.h"
#include "bitstream/hold_filler.h"

namespace {

using namespace talkie;

// Holds every picture for some frames, with a key frame among them, and reads what came out.
void fill(HoldFiller& filler, HoldFiller& reader, const std::vector<Bytes>& units) {
  for (const Bytes& bytes : units) {
    const auto unit = filler.picture(bytes);
    if (!unit) return;
    std::vector<Bytes> made{unit->bytes};
    for (int i = 0; i < 3 && filler.can_skip(); ++i) {
      if (i == 1 && filler.can_repeat()) made.push_back(filler.repeat());
      if (auto skip = filler.skip()) made.push_back(*std::move(skip));
    }
    for (const Bytes& one : made) {
      const auto read = reader.picture(one);
      if (!read && read.error().kind == ErrorKind::syntax) std::abort();
    }
  }
}

AvcConfig config_of(ByteView file) {
  AvcConfig config;
  const auto nals = split_nals(file, {});
  if (!nals) return config;
  for (const ByteView nal : *nals) {
    if (nal_type(nal) == NalType::sps && config.sps.empty())
      config.sps.emplace_back(nal.begin(), nal.end());
    if (nal_type(nal) == NalType::pps && config.pps.empty())
      config.pps.emplace_back(nal.begin(), nal.end());
  }
  return config;
}

void fill_with_lengths(ByteView record, const std::vector<Bytes>& units) {
  HoldFiller filler, reader;
  const auto filled = filler.use_codec_data(record);
  if (!filled) return;
  if (!reader.use_codec_data(*filled)) std::abort();
  fill(filler, reader, units);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const ByteView file(data, size);
  HoldFiller filler, reader;
  fill(filler, reader, access_units(file));
  const Bytes record = write_avc_config(config_of(file));
  fill_with_lengths(record, access_units(file, Framing{4}));
  fill_with_lengths(record, {Bytes(data, data + size)});
  fill_with_lengths(file, {});
  return 0;
}
