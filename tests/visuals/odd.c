/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A visual for tests: it does what its text says. $ODD_FINGERPRINT is its fingerprint. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "visual/module.h"

static int say(const TalkieVisualSink* sink, const char* text) {
  return sink->svg(sink->data, text, strlen(text));
}

#define BEGIN "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"200\" height=\"100\">"

static int draw(const TalkieVisualRequest* request, const TalkieVisualSink* sink) {
  const char* text = request->text;
  char picture[256];
  if (strcmp(text, "silent") == 0) return 1;
  if (strcmp(text, "large") == 0) {
    say(sink, BEGIN);
    while (!say(sink, "<rect width=\"1\" height=\"1\"/>"))
      continue;
    return 0;
  }
  if (strcmp(text, "broken") == 0) return say(sink, "<svg><g></svg>"), 0;
  if (strcmp(text, "file") == 0)
    return say(sink, BEGIN "<image href=\"/etc/passwd\" width=\"9\" height=\"9\"/></svg>"), 0;
  if (strcmp(text, "warn\nhere") == 0) sink->warning(sink->data, 2, "this is odd");
  if (strcmp(text, "fail\nhere") == 0) return sink->error(sink->data, 2, "this is too odd"), 1;
  snprintf(picture, sizeof picture, BEGIN "<rect width=\"%d\" height=\"50\" fill=\"#%06x\"/></svg>",
           atoi(request->info), request->accent);
  return say(sink, picture), 0;
}

static const char* fingerprint(void) {
  const char* text = getenv("ODD_FINGERPRINT");
  return text ? text : "";
}

static const TalkieVisual odd = {sizeof(TalkieVisual), "1", "LGPL-2.1-or-later", draw, fingerprint};

const TalkieVisual* talkie_visual_v1(void) {
  return &odd;
}
