/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The door for pictures: what a visual of your own gives to Talkie. Plain C, so that one can be
 * written in any language that makes shared objects.
 *
 * A visual NAME is a module named talkie-visual-NAME.so in one of the folders of
 * $TALKIE_VISUAL_PATH (separated by ':') or in the installed folder. It exports one function,
 * talkie_visual_v1(). It draws the text of a script's fenced blocks ```visual NAME. A module is
 * loaded once, when a block first names it, and stays until the process ends. docs/embedding.md has
 * a complete example.
 *
 * Threads: every function may be called from any thread, and from several at once.
 * Text is UTF-8. What the visual returns is its own, does not change, and stays valid until the
 * process ends. */
#ifndef TALKIE_VISUAL_MODULE_H
#define TALKIE_VISUAL_MODULE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The largest drawing, in bytes of SVG, and the longest that one may take, in seconds. */
#define TALKIE_VISUAL_MAX_SVG (4 * 1024 * 1024)
#define TALKIE_VISUAL_MAX_SECONDS 10

/* What is to be drawn. Valid while draw() runs; later versions only add members at the end. */
typedef struct TalkieVisualRequest {
  const char* text;     /* of the block, without its last line end */
  const char* info;     /* what stands behind the name: "24h" of ```visual clock 24h */
  const char* language; /* BCP 47, of the film */
  int right_to_left;    /* not 0: it is read from right to left */
  /* The room on the page, in its pixels. A drawing of another shape is scaled to fit in. */
  double width;
  double height;
  double text_size; /* of text that is to be read, in the same pixels */
  /* Names of font families, of which the first one that is installed serves: "Inter,sans-serif" */
  const char* family;
  const char* mono_family;
  /* The theme's colours, 0xRRGGBB. All but `surface` can be read on `ground`, the page's own. */
  uint32_t ground;
  uint32_t surface; /* of boxes that hold something */
  uint32_t text_colour;
  uint32_t muted;
  uint32_t accent;
  uint32_t accent_2;
  uint32_t positive;
  uint32_t negative;
  uint32_t series[8]; /* for what is of one kind, as the bars of a chart */
} TalkieVisualRequest;

/* What the visual calls while it draws, on the thread of draw(), with `data` first. `line` counts
 * the lines of the request's text from 1; 0 is the block as a whole. Messages are sentences for the
 * person who wrote the script, and say what to do. */
typedef struct TalkieVisualSink {
  void* data;
  /* The next `length` bytes of the drawing. Returns 0 to go on; else draw() returns soon: nobody
   * waits for it any more, or it is too large. A drawing that takes long asks with a length of 0.
   */
  int (*svg)(void* data, const char* bytes, size_t length);
  void (*warning)(void* data, int line, const char* message);
  /* What keeps it from being drawn: a placeholder is shown. Only the first one counts. */
  void (*error)(void* data, int line, const char* message);
} TalkieVisualSink;

typedef struct TalkieVisual {
  /* sizeof(TalkieVisual) where the visual was built; later versions only add members. */
  size_t size;
  const char* version;
  const char* licence; /* SPDX expression of the module as it is loaded */
  /* Draws one SVG document with a size of its own (width and height, or viewBox). It may refer to
   * nothing outside of itself. Groups with data-step="1", "2", … come in in that order, with the
   * words that they show; cues find elements by their id. The same request has to give the same
   * bytes. Returns 0 when the drawing is complete; else after an error(). */
  int (*draw)(const TalkieVisualRequest* request, const TalkieVisualSink* sink);
  /* What the drawing depends on besides the request and the module's own file: versions of the
   * libraries behind it, data files. Pages that were kept from an earlier run are only used where
   * this is the same. Quick. May be NULL. */
  const char* (*fingerprint)(void);
} TalkieVisual;

/* Whether the visual was built with a header that has this member. */
#define TALKIE_VISUAL_HAS(visual, member) \
  ((visual)->size >= offsetof(TalkieVisual, member) + sizeof((visual)->member))

/* What a module exports under this name. Cheap: loads nothing. Returns NULL where it refuses. */
#define TALKIE_VISUAL_SYMBOL "talkie_visual_v1"
typedef const TalkieVisual* (*TalkieVisualV1)(void);
#if defined(__GNUC__)
__attribute__((visibility("default")))
#endif
const TalkieVisual*
talkie_visual_v1(void);

#ifdef __cplusplus
}
#endif

#endif
