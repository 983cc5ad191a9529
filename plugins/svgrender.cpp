// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * SECTION:element-svgrender
 * @title: svgrender
 *
 * Paints scenes, or an SVG document, as pictures. A scene is laid out by its theme and painted as a
 * first frame, with its layers and their build steps beside it in a TalkieVisualMeta, for
 * scenecompositor to bring in; on its own the element is a slide show without animation. SVG data
 * (also without caps, as filesrc sends it) is one picture when the stream ends, or one a buffer
 * where the caps have framed=true or a framerate. The picture has the size that downstream asks
 * for, else its own. A document that refers to files, addresses or entities is refused.
 *
 * |[
 * gst-launch-1.0 scriptsrc script="# Hello" ! svgrender ! pngenc ! filesink location=hello.png
 * ]|
 */
#include "svgrender.h"

#include <gst/video/video.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "gst/element.h"
#include "gst/wire.h"
#include "visual/painter.h"
#include "visual/svg_safety.h"

GST_DEBUG_CATEGORY_STATIC(svgrender_debug);
#define GST_CAT_DEFAULT svgrender_debug

using namespace talkie;

namespace {

// All of it belongs to the streaming thread, and to state changes and flushes, which wait for it.
struct State {
  enum class Input { unknown, scenes, svg } input = Input::unknown;
  bool framed = false;                // every buffer is a whole SVG document
  std::string collected;              // SVG data that has come so far
  bool failed = false;                // and said so
  int pictures = 0;                   // pushed since the start or the last flush
  GstClockTime position = 0;          // where the next picture belongs that has no time of its own
  Owned<GstEvent> segment;            // to be sent before the next picture
  std::vector<Owned<GstEvent>> held;  // came before the segment could be sent
  GstVideoInfo info = {};             // what was negotiated for `own_size` and `own_rate`
  Size own_size{0, 0};
  Rate own_rate;
};

// What a picture is by itself, before downstream is asked.
struct Nature {
  Size size;
  Rate rate;
};

}  // namespace

struct _TalkieSvgRender {
  GstElement parent;
  GstPad* sink;
  GstPad* src;
  State* state;
};

static GstStaticPadTemplate sink_template =
    GST_STATIC_PAD_TEMPLATE("sink", GST_PAD_SINK, GST_PAD_ALWAYS,
                            GST_STATIC_CAPS("application/x-talkie-scene, version = (int) 1; "
                                            "image/svg+xml; image/svg"));

static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE(
    "src", GST_PAD_SRC, GST_PAD_ALWAYS,
    GST_STATIC_CAPS("video/x-raw, format = (string) { BGRA, RGBA }, width = (int) [ 1, 16384 ], "
                    "height = (int) [ 1, 16384 ], framerate = (fraction) [ 0/1, max ], "
                    "pixel-aspect-ratio = (fraction) 1/1"));

G_DEFINE_FINAL_TYPE(TalkieSvgRender, talkie_svg_render, GST_TYPE_ELEMENT)
GST_ELEMENT_REGISTER_DEFINE(svgrender, "svgrender", GST_RANK_NONE, TALKIE_TYPE_SVG_RENDER)

namespace {

GstFlowReturn give_up(TalkieSvgRender* self, const Error& error) {
  self->state->failed = true;
  post_error(GST_ELEMENT(self), error);
  return GST_FLOW_ERROR;
}

// --- Negotiation ---

bool accepts_still(const GstStructure* structure) {
  GValue still = G_VALUE_INIT;
  g_value_init(&still, GST_TYPE_FRACTION);
  gst_value_set_fraction(&still, 0, 1);
  const GValue* rate = gst_structure_get_value(structure, "framerate");
  const bool accepted = !rate || gst_value_intersect(nullptr, &still, rate);
  g_value_unset(&still);
  return accepted;
}

bool accepts_size(const GstStructure* structure, Size size) {
  const Owned<GstCaps> wanted = Owned<GstCaps>::adopt(
      gst_caps_new_simple(gst_structure_get_name(structure), "width", G_TYPE_INT, size.width,
                          "height", G_TYPE_INT, size.height, nullptr));
  return gst_structure_can_intersect(structure, gst_caps_get_structure(wanted.get(), 0));
}

// The nearest to `wanted` that the field allows.
int fixate_side(GstStructure* structure, const char* field, int wanted) {
  gst_structure_fixate_field_nearest_int(structure, field, std::max(wanted, 1));
  int side = wanted;
  gst_structure_get_int(structure, field, &side);
  return side;
}

// Where downstream leaves a choice, the picture keeps its own size, else its own proportions.
void fixate_size(GstStructure* structure, Size own) {
  const auto in_proportion = [](int side, int from, int to) {
    if (side == from) return to;
    const auto exact = static_cast<double>(side) * to / from;
    return to % 2 ? static_cast<int>(std::lround(exact))
                  : 2 * static_cast<int>(std::lround(exact / 2));
  };
  const GValue* free_width = gst_structure_get_value(structure, "width");
  GValue widths = G_VALUE_INIT;
  g_value_init(&widths, G_VALUE_TYPE(free_width));
  g_value_copy(free_width, &widths);

  const int width = fixate_side(structure, "width", own.width);
  const int wanted_height = in_proportion(width, own.width, own.height);
  const int height = fixate_side(structure, "height", wanted_height);
  if (height != wanted_height) {  // the height is what limits it
    gst_structure_set_value(structure, "width", &widths);
    fixate_side(structure, "width", in_proportion(height, own.height, own.width));
  }
  g_value_unset(&widths);
}

// How well a choice suits pictures of that size that stay as long as they do.
int suitability(const GstStructure* structure, Size size) {
  return 2 * accepts_size(structure, size) + accepts_still(structure);
}

// Caps for a picture of that nature among those that downstream allows, which are not empty.
Owned<GstCaps> choose_caps(GstCaps* allowed, const Nature& own) {
  guint best = 0;
  for (guint i = 1; i < gst_caps_get_size(allowed); ++i)
    if (suitability(gst_caps_get_structure(allowed, i), own.size) >
        suitability(gst_caps_get_structure(allowed, best), own.size))
      best = i;
  GstStructure* structure = gst_structure_copy(gst_caps_get_structure(allowed, best));
  fixate_size(structure, own.size);
  // Pictures that stay as long as they do have no rate; where one is asked for it is the film's.
  if (accepts_still(structure))
    gst_structure_set(structure, "framerate", GST_TYPE_FRACTION, 0, 1, nullptr);
  else
    gst_structure_fixate_field_nearest_fraction(structure, "framerate", own.rate.numerator,
                                                own.rate.denominator);
  if (!gst_structure_has_field(structure, "colorimetry"))
    gst_structure_set(structure, "colorimetry", G_TYPE_STRING, GST_VIDEO_COLORIMETRY_SRGB, nullptr);
  GstCaps* caps = gst_caps_new_empty();
  gst_caps_append_structure(caps, structure);
  return Owned<GstCaps>::adopt(gst_caps_fixate(caps));
}

// Asks downstream again where it wants to be asked or the picture is of another nature.
GstFlowReturn negotiate(TalkieSvgRender* self, const Nature& own) {
  State& state = *self->state;
  const bool asked = gst_pad_check_reconfigure(self->src);
  if (!asked && state.own_size == own.size && state.own_rate == own.rate) return GST_FLOW_OK;

  const Owned<GstCaps> filter = Owned<GstCaps>::adopt(gst_pad_get_pad_template_caps(self->src));
  const Owned<GstCaps> allowed =
      Owned<GstCaps>::adopt(gst_pad_peer_query_caps(self->src, filter.get()));
  GST_DEBUG_OBJECT(self, "downstream allows %" GST_PTR_FORMAT, static_cast<void*>(allowed.get()));
  const bool possible = !gst_caps_is_empty(allowed.get());
  const Owned<GstCaps> caps = possible ? choose_caps(allowed.get(), own) : Owned<GstCaps>();
  const Owned<GstCaps> before = Owned<GstCaps>::adopt(gst_pad_get_current_caps(self->src));
  const bool same = caps && before && gst_caps_is_equal(caps.get(), before.get());
  if (!possible || !gst_video_info_from_caps(&state.info, caps.get()) ||
      (!same && !gst_pad_push_event(self->src, gst_event_new_caps(caps.get())))) {
    gst_pad_mark_reconfigure(self->src);
    if (GST_PAD_IS_FLUSHING(self->src)) return GST_FLOW_FLUSHING;
    give_up(self, Error{ErrorKind::unsupported,
                        "the next element takes no BGRA or RGBA picture of this kind: put "
                        "videoconvert or videoscale between"});
    return GST_FLOW_NOT_NEGOTIATED;
  }
  state.own_size = own.size;
  state.own_rate = own.rate;
  return GST_FLOW_OK;
}

// --- Painting ---

void swap_red_and_blue(Bitmap& bitmap) {
  for (size_t i = 0; i + 3 < bitmap.bgra.size(); i += 4)
    std::swap(bitmap.bgra[i], bitmap.bgra[i + 2]);
}

// GStreamer's colours are not multiplied with their alpha.
void unpremultiply(Bitmap& bitmap) {
  for (size_t i = 0; i + 3 < bitmap.bgra.size(); i += 4) {
    const int alpha = bitmap.bgra[i + 3];
    if (alpha == 0 || alpha == 255) continue;
    for (size_t c = i; c < i + 3; ++c)
      bitmap.bgra[c] =
          static_cast<uint8_t>(std::min(255, (bitmap.bgra[c] * 255 + alpha / 2) / alpha));
  }
}

Owned<GstBuffer> to_buffer(TalkieSvgRender* self, Bitmap bitmap) {
  if (GST_VIDEO_INFO_FORMAT(&self->state->info) == GST_VIDEO_FORMAT_RGBA) swap_red_and_blue(bitmap);
  auto* bytes = new std::vector<uint8_t>(std::move(bitmap.bgra));
  return Owned<GstBuffer>::adopt(gst_buffer_new_wrapped_full(
      GstMemoryFlags{}, bytes->data(), bytes->size(), 0, bytes->size(), bytes,
      [](gpointer data) { delete static_cast<std::vector<uint8_t>*>(data); }));
}

Size negotiated_size(const State& state) {
  return {GST_VIDEO_INFO_WIDTH(&state.info), GST_VIDEO_INFO_HEIGHT(&state.info)};
}

// Pushes a picture, after what has to go before it. `input` may say when it is; else it comes after
// the one before.
GstFlowReturn push(TalkieSvgRender* self, Owned<GstBuffer> picture, GstBuffer* input,
                   GstClockTime duration) {
  State& state = *self->state;
  if (state.segment) gst_pad_push_event(self->src, state.segment.release());
  for (Owned<GstEvent>& event : std::exchange(state.held, {}))
    gst_pad_push_event(self->src, event.release());

  GstBuffer* buffer = picture.get();
  const bool timed = input && GST_BUFFER_PTS_IS_VALID(input);
  const bool lasts = input && GST_BUFFER_DURATION_IS_VALID(input);
  GST_BUFFER_PTS(buffer) = timed ? GST_BUFFER_PTS(input) : state.position;
  GST_BUFFER_DURATION(buffer) = lasts ? GST_BUFFER_DURATION(input) : duration;
  if (GST_BUFFER_DURATION_IS_VALID(buffer))
    state.position = GST_BUFFER_PTS(buffer) + GST_BUFFER_DURATION(buffer);
  GST_BUFFER_OFFSET(buffer) = static_cast<guint64>(state.pictures);
  GST_BUFFER_OFFSET_END(buffer) = static_cast<guint64>(++state.pictures);
  return gst_pad_push(self->src, picture.release());
}

void post_warnings(TalkieSvgRender* self, const Problems& problems) {
  for (const Problem& problem : problems.all())
    if (problem.severity == Problem::Severity::warning) post_warning(GST_ELEMENT(self), problem);
}

GstFlowReturn render_scene(TalkieSvgRender* self, GstBuffer* input) {
  Problems problems;
  const auto scene = scene_from_buffer(input, problems);
  if (!scene) return give_up(self, scene.error());
  const GstFlowReturn flow = negotiate(self, {scene->film.size, scene->film.frame_rate});
  if (flow != GST_FLOW_OK) return flow;

  const GstClockTime before = gst_util_get_timestamp();
  auto painted = paint_scene(*scene, negotiated_size(*self->state), problems);
  GST_DEBUG_OBJECT(self, "scene %d '%s' took %" GST_TIME_FORMAT, scene->index, scene->id.c_str(),
                   GST_TIME_ARGS(gst_util_get_timestamp() - before));
  post_warnings(self, problems);
  if (!painted) return give_up(self, painted.error());
  if (const auto verdict = problems.verdict(); !verdict) return give_up(self, verdict.error());
  const auto duration = static_cast<GstClockTime>(painted->visual->silent_duration.count());
  Owned<GstBuffer> picture = to_buffer(self, std::move(painted->frame));
  add_visual_meta(picture.get(), painted->visual);
  return push(self, std::move(picture), input, duration);
}

// The file that upstream reads, for errors; empty where there is none.
std::string source_name(TalkieSvgRender* self) {
  const Owned<GstQuery> query = Owned<GstQuery>::adopt(gst_query_new_uri());
  std::string name;
  if (gst_pad_peer_query(self->sink, query.get())) {
    gchar* uri = nullptr;
    gst_query_parse_uri(query.get(), &uri);
    gchar* path = uri ? g_filename_from_uri(uri, nullptr, nullptr) : nullptr;
    if (path) name = path;
    g_free(path);
    g_free(uri);
  }
  return name;
}

GstFlowReturn render_svg(TalkieSvgRender* self, std::string_view svg, GstBuffer* input) {
  const std::string name = source_name(self);
  const auto own = svg_size(svg, name);
  if (!own) return give_up(self, own.error());
  const GstFlowReturn flow = negotiate(self, {*own, Rate{}});
  if (flow != GST_FLOW_OK) return flow;
  auto bitmap = paint_svg(svg, negotiated_size(*self->state), name);
  if (!bitmap) return give_up(self, bitmap.error());
  unpremultiply(*bitmap);
  return push(self, to_buffer(self, std::move(*bitmap)), input, GST_CLOCK_TIME_NONE);
}

// --- Input ---

// Paints the document that has been collected, if there is one.
GstFlowReturn drain(TalkieSvgRender* self) {
  const std::string svg = std::exchange(self->state->collected, {});
  return svg.empty() ? GST_FLOW_OK : render_svg(self, svg, nullptr);
}

GstFlowReturn collect(TalkieSvgRender* self, GstBuffer* input) {
  State& state = *self->state;
  GstMapInfo map;
  if (!gst_buffer_map(input, &map, GST_MAP_READ))
    return give_up(self, Error{ErrorKind::failed, "cannot read a buffer of SVG data"});
  state.collected.append(reinterpret_cast<const char*>(map.data), map.size);
  gst_buffer_unmap(input, &map);
  if (state.collected.size() > kMaxSvgBytes)  // says so
    return give_up(self, check_svg(state.collected, source_name(self)).error());
  if (!state.framed) return GST_FLOW_OK;
  const std::string svg = std::exchange(state.collected, {});
  return render_svg(self, svg, input);
}

GstFlowReturn chain(GstPad*, GstObject* parent, GstBuffer* buffer) {
  auto* self = TALKIE_SVG_RENDER(parent);
  const Owned<GstBuffer> input = Owned<GstBuffer>::adopt(buffer);
  if (self->state->failed) return GST_FLOW_ERROR;
  return guarded(GST_ELEMENT(self), GST_FLOW_ERROR, [&] {
    return self->state->input == State::Input::scenes ? render_scene(self, input.get())
                                                      : collect(self, input.get());
  });
}

void take_caps(TalkieSvgRender* self, GstEvent* event) {
  GstCaps* caps = nullptr;
  gst_event_parse_caps(event, &caps);
  const GstStructure* structure = gst_caps_get_structure(caps, 0);
  State& state = *self->state;
  const bool scenes = gst_structure_has_name(structure, "application/x-talkie-scene");
  state.input = scenes ? State::Input::scenes : State::Input::svg;
  gboolean framed = FALSE;
  gst_structure_get_boolean(structure, "framed", &framed);
  state.framed = framed || gst_structure_has_field(structure, "framerate");
}

// filesrc counts in bytes, pictures in time.
void take_segment(TalkieSvgRender* self, GstEvent* event) {
  const GstSegment* segment = nullptr;
  gst_event_parse_segment(event, &segment);
  if (segment->format == GST_FORMAT_TIME) {
    self->state->segment = Owned<GstEvent>::share(event);
    return;
  }
  GstSegment time;
  gst_segment_init(&time, GST_FORMAT_TIME);
  GstEvent* sent = gst_event_new_segment(&time);
  gst_event_set_seqnum(sent, gst_event_get_seqnum(event));
  self->state->segment = Owned<GstEvent>::adopt(sent);
}

// A stream that failed has no proper end, so that nothing downstream counts as finished.
gboolean finish(TalkieSvgRender* self, Owned<GstEvent> eos) {
  State& state = *self->state;
  if (state.input != State::Input::scenes && state.pictures == 0 && state.collected.empty())
    give_up(self, Error{ErrorKind::syntax, "an empty file is no SVG", "", {source_name(self)}});
  if (state.failed || drain(self) != GST_FLOW_OK) return FALSE;
  for (Owned<GstEvent>& event : std::exchange(state.held, {}))
    gst_pad_push_event(self->src, event.release());
  return gst_pad_push_event(self->src, eos.release());
}

bool is_serialized(GstEvent* event) {
  return (gst_event_type_get_flags(GST_EVENT_TYPE(event)) & GST_EVENT_TYPE_SERIALIZED) != 0;
}

gboolean handle_event(TalkieSvgRender* self, Owned<GstEvent> event) {
  State& state = *self->state;
  switch (GST_EVENT_TYPE(event.get())) {
    case GST_EVENT_CAPS:
      if (drain(self) != GST_FLOW_OK) return FALSE;
      take_caps(self, event.get());
      return TRUE;  // ours follow with the first picture
    case GST_EVENT_SEGMENT:
      if (drain(self) != GST_FLOW_OK) return FALSE;
      take_segment(self, event.get());
      return TRUE;
    case GST_EVENT_STREAM_START:
      if (drain(self) != GST_FLOW_OK) return FALSE;
      break;
    case GST_EVENT_EOS:
      return finish(self, std::move(event));
    case GST_EVENT_FLUSH_STOP: {
      State fresh;
      fresh.input = state.input;  // caps outlive a flush
      fresh.framed = state.framed;
      state = std::move(fresh);
      break;
    }
    default:
      if (is_serialized(event.get()) && state.segment) {
        state.held.push_back(std::move(event));
        return TRUE;
      }
  }
  return gst_pad_push_event(self->src, event.release());
}

gboolean sink_event(GstPad*, GstObject* parent, GstEvent* event) {
  auto* self = TALKIE_SVG_RENDER(parent);
  return guarded(GST_ELEMENT(self), FALSE,
                 [&] { return handle_event(self, Owned<GstEvent>::adopt(event)); });
}

}  // namespace

static GstStateChangeReturn talkie_svg_render_change_state(GstElement* element,
                                                           GstStateChange transition) {
  auto* self = TALKIE_SVG_RENDER(element);
  const GstStateChangeReturn result =
      GST_ELEMENT_CLASS(talkie_svg_render_parent_class)->change_state(element, transition);
  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY) *self->state = State{};
  return result;
}

static void talkie_svg_render_init(TalkieSvgRender* self) {
  self->state = new State;
  self->sink = gst_pad_new_from_static_template(&sink_template, "sink");
  gst_pad_set_chain_function(self->sink, chain);
  gst_pad_set_event_function(self->sink, sink_event);
  gst_element_add_pad(GST_ELEMENT(self), self->sink);
  self->src = gst_pad_new_from_static_template(&src_template, "src");
  gst_element_add_pad(GST_ELEMENT(self), self->src);
}

static void talkie_svg_render_finalize(GObject* object) {
  delete TALKIE_SVG_RENDER(object)->state;
  G_OBJECT_CLASS(talkie_svg_render_parent_class)->finalize(object);
}

static void talkie_svg_render_class_init(TalkieSvgRenderClass* klass) {
  GST_DEBUG_CATEGORY_INIT(svgrender_debug, "svgrender", 0, "Talkie scenes and SVG to pictures");
  G_OBJECT_CLASS(klass)->finalize = talkie_svg_render_finalize;
  auto* element_class = GST_ELEMENT_CLASS(klass);
  element_class->change_state = talkie_svg_render_change_state;
  gst_element_class_set_static_metadata(
      element_class, "Scene and SVG painter", "Codec/Decoder/Image",
      "Paints scenes, with the layers that come in later, and SVG documents", "The Talkie authors");
  gst_element_class_add_static_pad_template(element_class, &sink_template);
  gst_element_class_add_static_pad_template(element_class, &src_template);
}
