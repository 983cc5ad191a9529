/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The door for voices: what a speech engine gives to Talkie. Plain C, so that an engine can be
 * written in any language that makes shared objects.
 *
 * An engine is a module named talkie-engine-NAME.so in one of the folders of $TALKIE_ENGINE_PATH
 * (separated by ':') or in the installed folder. It exports one function, talkie_engine_v1(). A
 * module is loaded once and stays until the process ends. docs/engines.md has a complete example.
 *
 * Threads: every function may be called from any thread, and from several at once; an engine that
 * can only do one thing at a time locks for itself, and asks `cancelled` while it waits.
 * Text is UTF-8. Strings and arrays that the engine returns are its own, do not change, and stay
 * valid until the process ends, except where it says otherwise. */
#ifndef TALKIE_ENGINE_H
#define TALKIE_ENGINE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The largest text of one request, in bytes. */
#define TALKIE_ENGINE_MAX_TEXT (1024 * 1024)

typedef struct TalkieVoice {
  /* What `voice:` in a script takes; compared without regard to case. No spaces at its ends. */
  const char* name;
  /* BCP 47 tags that this voice speaks, separated by spaces, the closest one first: "en-US en". */
  const char* languages;
  /* "male", "female", or "" where it is neither or not known. */
  const char* gender;
  /* One line for people: "English (America)". Also understood as a name. */
  const char* description;
} TalkieVoice;

typedef struct TalkieSpeechRequest {
  /* The words of one paragraph, NUL-terminated. Never markup, unless `ssml`: every character is to
   * be read as it stands. Control characters, line ends included, have become spaces. */
  const char* text;
  /* The name of one of the engine's voices, perhaps followed by "+" and one of its variants. */
  const char* voice;
  /* The BCP 47 tag of the text. */
  const char* language;
  /* 1 is the voice's own pace, 2 twice as fast; between the engine's min_rate and max_rate. */
  double rate;
  /* 1 is the voice's own pitch, 2 an octave higher; 0.5 to 2. */
  double pitch;
  /* Not 0: `text` is a well-formed <speak> element of SSML 1.1. Only engines that state
   * `takes_ssml` are asked so. In it are <break time="500ms"/>, <emphasis level="…">, <prosody>
   * with rate="80%", pitch="+20%", volume="-6dB" or "silent", <say-as interpret-as="characters">
   * and <phoneme alphabet="ipa" ph="…">, and of entities &amp; &lt; &gt; and, in attributes, &quot;
   * and &apos;. Prosody is not nested; `rate` and `pitch` above multiply it. */
  int ssml;
} TalkieSpeechRequest;

/* What the engine calls while it works, on the thread of the request, with `data` first. */
typedef struct TalkieSpeechSink {
  void* data;
  /* The next `count` samples: mono, signed 16 bits, at `rate` samples a second (8,000 to 192,000,
   * the same in every call of a request). Returns 0 to go on; else the engine stops soon. */
  int (*samples)(void* data, const int16_t* samples, size_t count, int rate);
  /* A word begins at sample `sample` (counted from the request's first one). It is at `offset`,
   * `length` bytes long, in the request's text; a length of 0 is fine where only the beginning is
   * known. Several events may name the same word, some words none; words between are
   * interpolated. May be called before or after the samples it points to. */
  void (*word)(void* data, size_t offset, size_t length, int64_t sample);
  /* Something in the text that the user should know of, as one sentence that says what to do. */
  void (*warning)(void* data, const char* message);
  /* Not 0 when nobody waits for this speech any more. Ask at least every 50 ms. */
  int (*cancelled)(void* data);
} TalkieSpeechSink;

typedef struct TalkieEngine {
  /* sizeof(TalkieEngine) where the engine was built; later versions only add members. */
  size_t size;
  const char* name;    /* "espeak": lower case, what the property `engine` takes */
  const char* version; /* of the engine behind the module */
  const char* licence; /* SPDX expression of the module as it is loaded */
  double min_rate;
  double max_rate;
  /* The voices, ended by NULL, those to prefer for a language first. NULL, with a sentence for the
   * user in `*error`, where the engine cannot work. */
  const TalkieVoice* const* (*voices)(const char** error);
  /* Names that may follow a voice's name after "+", ended by NULL. May be NULL. */
  const char* const* (*variants)(void);
  /* Speaks. Returns 0 when all samples were delivered or the request was cancelled; else writes a
   * sentence for the user to `error` (NUL-terminated, `error_size` bytes) and returns another
   * number. */
  int (*synthesise)(const TalkieSpeechRequest* request, const TalkieSpeechSink* sink, char* error,
                    size_t error_size);
  /* What the sound depends on besides the request and `version`: versions of the libraries behind
   * the module, models, data files. Sound that was kept from an earlier run is only used where this
   * is the same. Quick. May be NULL. */
  const char* (*fingerprint)(void);
  /* Not 0: requests may be in SSML. The offsets of words count the bytes of that text, tags and
   * all. */
  int takes_ssml;
} TalkieEngine;

/* Whether the engine was built with a header that has this member. */
#define TALKIE_ENGINE_HAS(engine, member) \
  ((engine)->size >= offsetof(TalkieEngine, member) + sizeof((engine)->member))

/* What a module exports under this name. Cheap: loads nothing. Returns NULL where it refuses. */
#define TALKIE_ENGINE_SYMBOL "talkie_engine_v1"
typedef const TalkieEngine* (*TalkieEngineV1)(void);
#if defined(__GNUC__)
__attribute__((visibility("default")))
#endif
const TalkieEngine*
talkie_engine_v1(void);

#ifdef __cplusplus
}
#endif

#endif
