// SPDX-License-Identifier: LGPL-2.1-or-later
#include "gst/element.h"

#include <memory>
#include <string>

namespace talkie {

namespace {

struct DomainCode {
  GQuark domain;
  int code;
};

// The one table from our kinds to GStreamer's domains.
DomainCode domain_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::syntax:
      return {GST_STREAM_ERROR, GST_STREAM_ERROR_DECODE};
    case ErrorKind::bad_value:
      return {GST_STREAM_ERROR, GST_STREAM_ERROR_FORMAT};
    case ErrorKind::too_large:
      return {GST_STREAM_ERROR, GST_STREAM_ERROR_FORMAT};
    case ErrorKind::unsupported:
      return {GST_STREAM_ERROR, GST_STREAM_ERROR_NOT_IMPLEMENTED};
    case ErrorKind::not_found:
      return {GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_FOUND};
    case ErrorKind::unreadable:
      return {GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_OPEN_READ};
    case ErrorKind::unwritable:
      return {GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_OPEN_WRITE};
    case ErrorKind::no_space:
      return {GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NO_SPACE_LEFT};
    case ErrorKind::refused:
      return {GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_AUTHORIZED};
    case ErrorKind::missing_part:
      return {GST_CORE_ERROR, GST_CORE_ERROR_MISSING_PLUGIN};
    case ErrorKind::failed:
      return {GST_LIBRARY_ERROR, GST_LIBRARY_ERROR_FAILED};
    case ErrorKind::cancelled:
      return {GST_CORE_ERROR, GST_CORE_ERROR_FAILED};
  }
  return {GST_CORE_ERROR, GST_CORE_ERROR_FAILED};
}

GstStructure* details_of(const Place& where, const std::string& message, ErrorKind kind) {
  return gst_structure_new("talkie-problem", "file", G_TYPE_STRING, where.file.c_str(), "line",
                           G_TYPE_INT, where.line, "column", G_TYPE_INT, where.column, "message",
                           G_TYPE_STRING, message.c_str(), "kind", G_TYPE_INT,
                           static_cast<int>(kind), nullptr);
}

struct Details {
  Place where;
  std::string message;
  ErrorKind kind = ErrorKind::failed;
  bool ours = false;
};

Details read_details(const GstStructure* structure) {
  Details details;
  if (!structure || !gst_structure_has_name(structure, "talkie-problem")) return details;
  details.ours = true;
  if (const char* file = gst_structure_get_string(structure, "file")) details.where.file = file;
  if (const char* text = gst_structure_get_string(structure, "message")) details.message = text;
  gst_structure_get_int(structure, "line", &details.where.line);
  gst_structure_get_int(structure, "column", &details.where.column);
  int kind = 0;
  gst_structure_get_int(structure, "kind", &kind);
  details.kind = static_cast<ErrorKind>(kind);
  return details;
}

struct GErrorDeleter {
  void operator()(GError* error) const { g_error_free(error); }
};
using GErrorPointer = std::unique_ptr<GError, GErrorDeleter>;
using GString_ = std::unique_ptr<char, decltype(&g_free)>;

ErrorKind kind_of_foreign(const GError& error) {
  if (g_error_matches(&error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NO_SPACE_LEFT))
    return ErrorKind::no_space;
  if (g_error_matches(&error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_OPEN_WRITE))
    return ErrorKind::unwritable;
  if (g_error_matches(&error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_FOUND))
    return ErrorKind::not_found;
  if (g_error_matches(&error, GST_CORE_ERROR, GST_CORE_ERROR_MISSING_PLUGIN))
    return ErrorKind::missing_part;
  return ErrorKind::failed;
}

// Which Debian package has the elements that people miss most.
std::string package_hint(const std::string& factory) {
  const auto is_one_of = [&factory](std::initializer_list<const char*> names) {
    for (const char* name : names)
      if (factory == name) return true;
    return false;
  };
  if (is_one_of({"x264enc", "xingmux"})) return "gstreamer1.0-plugins-ugly";
  if (factory.starts_with("av")) return "gstreamer1.0-libav";
  if (is_one_of({"mp4mux", "qtmux", "matroskamux", "webmmux", "vp8enc", "vp9enc", "wavenc",
                 "flacenc", "pngenc", "imagefreeze", "lamemp3enc", "mpegaudioparse", "aacparse",
                 "flvmux", "v4l2h264enc", "autovideosink", "autoaudiosink"}))
    return "gstreamer1.0-plugins-good";
  if (is_one_of({"openh264enc", "openh264dec", "voaacenc", "h264parse", "fdkaacenc", "av1enc",
                 "x265enc", "h265parse", "av1parse", "mpegtsmux", "vah264enc", "nvh264enc",
                 "rtmp2sink", "srtsink"}))
    return "gstreamer1.0-plugins-bad";
  if (factory.starts_with("vaapi")) return "gstreamer1.0-vaapi";
  if (is_one_of({"audioconvert", "audioresample", "videoconvert", "videoscale", "opusenc", "oggmux",
                 "vorbisenc", "playbin3", "decodebin3"}))
    return "gstreamer1.0-plugins-base";
  return {};
}

}  // namespace

void post_error(GstElement* element, const Error& error) {
  const DomainCode to = domain_of(error.kind);
  gst_element_message_full_with_details(
      element, GST_MESSAGE_ERROR, to.domain, to.code, g_strdup(error.to_string().c_str()),
      error.detail.empty() ? nullptr : g_strdup(error.detail.c_str()), __FILE__, "post_error",
      __LINE__, details_of(error.where, error.message, error.kind));
}

void post_warning(GstElement* element, const Problem& problem) {
  const Error as_error{ErrorKind::bad_value, problem.message, {}, problem.where};
  const DomainCode to = domain_of(as_error.kind);
  gst_element_message_full_with_details(element, GST_MESSAGE_WARNING, to.domain, to.code,
                                        g_strdup(as_error.to_string().c_str()), nullptr, __FILE__,
                                        "post_warning", __LINE__,
                                        details_of(problem.where, problem.message, as_error.kind));
}

Error error_from_message(GstMessage* message) {
  GError* raw = nullptr;
  char* debug = nullptr;
  gst_message_parse_error(message, &raw, &debug);
  const GErrorPointer error(raw);
  const GString_ detail(debug, g_free);
  const GstStructure* structure = nullptr;
  gst_message_parse_error_details(message, &structure);
  const Details details = read_details(structure);
  if (details.ours)
    return Error{details.kind, details.message, detail ? detail.get() : "", details.where};
  return Error{kind_of_foreign(*error), error->message, detail ? detail.get() : ""};
}

Problem problem_from_message(GstMessage* message) {
  GError* raw = nullptr;
  gst_message_parse_warning(message, &raw, nullptr);
  const GErrorPointer error(raw);
  const GstStructure* structure = nullptr;
  gst_message_parse_warning_details(message, &structure);
  const Details details = read_details(structure);
  return Problem{Problem::Severity::warning, details.where,
                 details.ours ? details.message : error->message};
}

Result<Owned<GstElement>> make_element(const char* factory, const char* name) {
  auto element = Owned<GstElement>::sink(gst_element_factory_make(factory, name));
  if (element) return element;
  const std::string package = package_hint(factory);
  return Error{ErrorKind::missing_part,
               std::string("the GStreamer element '") + factory + "' is not installed" +
                   (package.empty() ? "" : "; it is in the package " + package)};
}

}  // namespace talkie
