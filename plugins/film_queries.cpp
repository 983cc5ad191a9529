// SPDX-License-Identifier: LGPL-2.1-or-later
#include "film_queries.h"

namespace talkie {

namespace {

gint64 end_of(const FilmLine& line) {
  return line.expected_end().count();
}

// An estimate is marked, where the query is still its asker's own.
void answer_duration(GstQuery* query, const FilmLine& line) {
  gst_query_set_duration(query, GST_FORMAT_TIME, end_of(line));
  if (gst_query_is_writable(query))
    gst_structure_set(gst_query_writable_structure(query), "estimated", G_TYPE_BOOLEAN,
                      !line.is_complete(), nullptr);
}

void answer_segment(GstQuery* query, const FilmLine& line, const GstSegment& segment) {
  const gint64 stop =
      GST_CLOCK_TIME_IS_VALID(segment.stop) ? static_cast<gint64>(segment.stop) : end_of(line);
  gst_query_set_segment(query, segment.rate, GST_FORMAT_TIME, static_cast<gint64>(segment.start),
                        stop);
}

GstFormat format_of(GstQuery* query) {
  GstFormat format = GST_FORMAT_TIME;
  if (GST_QUERY_TYPE(query) == GST_QUERY_DURATION)
    gst_query_parse_duration(query, &format, nullptr);
  if (GST_QUERY_TYPE(query) == GST_QUERY_SEEKING)
    gst_query_parse_seeking(query, &format, nullptr, nullptr, nullptr);
  return format;
}

}  // namespace

bool is_film_query(GstQuery* query) {
  switch (GST_QUERY_TYPE(query)) {
    case GST_QUERY_DURATION:
    case GST_QUERY_SEEKING:
    case GST_QUERY_SEGMENT:
    case GST_QUERY_LATENCY:
      return true;
    default:
      return false;
  }
}

bool answer_film_query(GstQuery* query, const FilmLine& line, const GstSegment& segment) {
  if (format_of(query) != GST_FORMAT_TIME) return false;
  switch (GST_QUERY_TYPE(query)) {
    case GST_QUERY_DURATION:
      answer_duration(query, line);
      return true;
    case GST_QUERY_SEEKING:
      gst_query_set_seeking(query, GST_FORMAT_TIME, TRUE, 0, end_of(line));
      return true;
    case GST_QUERY_SEGMENT:
      answer_segment(query, line, segment);
      return true;
    case GST_QUERY_LATENCY:
      gst_query_set_latency(query, FALSE, 0, GST_CLOCK_TIME_NONE);
      return true;
    default:
      return false;
  }
}

}  // namespace talkie
