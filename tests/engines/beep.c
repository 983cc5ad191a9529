/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A voice for tests: every word is a tone of 0.1 s, then comes 0.1 s of silence. The text "fail"
 * makes it fail, "warn" warns, "wait" waits until it is cancelled. $BEEP_FINGERPRINT is its
 * fingerprint. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "speech/engine.h"

enum { RATE = 16000, TONE = RATE / 10, GAP = RATE / 10 };

static const TalkieVoice low = {"low", "en", "", "A low tone"};
static const TalkieVoice high = {"high", "fr en", "", "A high tone"};
static const TalkieVoice* const all_voices[] = {&low, &high, NULL};
static const char* const all_variants[] = {"soft", NULL};

static const TalkieVoice* const* voices(const char** error) {
  (void)error;
  return all_voices;
}

static const char* const* variants(void) {
  return all_variants;
}

static int tone(const TalkieSpeechRequest* request, const TalkieSpeechSink* sink) {
  int16_t samples[TONE + GAP] = {0};
  const double hertz = (strncmp(request->voice, "high", 4) == 0 ? 880 : 220) * request->pitch;
  const double size = strstr(request->voice, "+soft") ? 2000 : 8000;
  for (int i = 0; i < TONE; ++i)
    samples[i] = (int16_t)lrint(size * sin(2 * 3.14159265358979 * hertz * i / RATE));
  return sink->samples(sink->data, samples, TONE + GAP, RATE);
}

static int synthesise(const TalkieSpeechRequest* request, const TalkieSpeechSink* sink, char* error,
                      size_t error_size) {
  const char* text = request->text;
  int64_t sample = 0;
  if (strcmp(text, "fail") == 0) {
    snprintf(error, error_size, "the beeper is broken");
    return 1;
  }
  if (strcmp(text, "warn") == 0) sink->warning(sink->data, "this is no speech");
  while (strcmp(text, "wait") == 0 && !sink->cancelled(sink->data))
    continue;
  for (size_t at = strspn(text, " "); text[at]; at += strspn(text + at, " ")) {
    const size_t length = strcspn(text + at, " ");
    sink->word(sink->data, at, length, sample);
    if (tone(request, sink) != 0) return 0;
    sample += TONE + GAP;
    at += length;
  }
  return 0;
}

static const char* fingerprint(void) {
  const char* text = getenv("BEEP_FINGERPRINT");
  return text ? text : "";
}

static const TalkieEngine beep = {
    sizeof(TalkieEngine), "beep",      "1", "LGPL-2.1-or-later", 0.5, 2, voices, variants,
    synthesise,           fingerprint, 0};

const TalkieEngine* talkie_engine_v1(void) {
  return &beep;
}
