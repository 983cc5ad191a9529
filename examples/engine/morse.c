/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A speech engine that reads everything in Morse code (ITU-R M.1677-1):
 *
 *   cc -shared -fPIC morse.c -o talkie-engine-morse.so $(pkg-config --cflags talkie-1.0) -lm
 *   TALKIE_ENGINE_PATH=$PWD talkie render talk.md --engine morse
 *
 * Copied to $(pkg-config --variable=engines_dir talkie-1.0) it is there for everybody. */
#include <ctype.h>
#include <math.h>
#include <speech/engine.h>
#include <stdio.h>
#include <string.h>

enum { RATE = 16000, UNIT = RATE * 60 / 1000 }; /* a dot lasts 60 ms: 20 words a minute */

static const char* const letters[] = {
    ".-",   "-...", "-.-.", "-..",  ".",   "..-.", "--.",  "....", "..",
    ".---", "-.-",  ".-..", "--",   "-.",  "---",  ".--.", "--.-", ".-.",
    "...",  "-",    "..-",  "...-", ".--", "-..-", "-.--", "--..",
};
static const char* const figures[] = {"-----", ".----", "..---", "...--", "....-",
                                      ".....", "-....", "--...", "---..", "----."};

static const TalkieVoice telegraph = {"telegraph", "en de fr es", "", "A telegraph"};
static const TalkieVoice* const all_voices[] = {&telegraph, NULL};

static const TalkieVoice* const* voices(const char** error) {
  (void)error;
  return all_voices;
}

static const char* code_of(char character) {
  const unsigned char c = (unsigned char)character;
  if (c < 128 && isalpha(c)) return letters[tolower(c) - 'a'];
  if (c < 128 && isdigit(c)) return figures[c - '0'];
  return NULL;
}

/* One request: where its sound has got to. */
typedef struct Key {
  const TalkieSpeechRequest* request;
  const TalkieSpeechSink* sink;
  int unit;     /* samples of a dot, at the request's pace */
  int64_t sent; /* samples */
  int stopped;
} Key;

/* So many units of tone or of silence, in small pieces, so that it can be stopped soon. */
static void hold(Key* key, int units, int tone) {
  int16_t piece[256];
  const int length = units * key->unit;
  for (int at = 0; at < length && !key->stopped;) {
    const int count = length - at < 256 ? length - at : 256;
    for (int i = 0; i < count; ++i) {
      const double edge = fmin(1, fmin(at + i, length - at - i) / 80.0); /* 5 ms: no clicks */
      const double turn = 2 * 3.14159265358979 * 600 * key->request->pitch * (at + i) / RATE;
      piece[i] = tone ? (int16_t)lrint(9000 * edge * sin(turn)) : 0;
    }
    key->stopped = key->sink->samples(key->sink->data, piece, (size_t)count, RATE);
    key->sent += count;
    at += count;
  }
}

/* Sends a word; returns how many of its characters there is no code for. */
static int send_word(Key* key, const char* word, size_t length) {
  int unknown = 0;
  for (size_t i = 0; i < length; ++i) {
    const char* code = code_of(word[i]);
    if (!code) {
      /* Of characters of several bytes only the first one counts. */
      unknown += !ispunct((unsigned char)word[i]) && ((unsigned char)word[i] & 0xc0) != 0x80;
      continue;
    }
    for (; *code; ++code) {
      hold(key, *code == '-' ? 3 : 1, 1);
      hold(key, 1, 0);
    }
    hold(key, 2, 0); /* between letters: three units, one of which was there already */
  }
  hold(key, 4, 0); /* between words: seven */
  return unknown;
}

static int synthesise(const TalkieSpeechRequest* request, const TalkieSpeechSink* sink, char* error,
                      size_t error_size) {
  Key key = {request, sink, (int)lrint(UNIT / request->rate), 0, 0};
  const char* text = request->text;
  int unknown = 0;
  for (size_t at = strspn(text, " "); text[at] && !key.stopped; at += strspn(text + at, " ")) {
    const size_t length = strcspn(text + at, " ");
    sink->word(sink->data, at, length, key.sent);
    unknown += send_word(&key, text + at, length);
    at += length;
  }
  if (key.sent == 0) {
    snprintf(error, error_size, "Morse code has no sign in this text; write it in Latin letters");
    return 1;
  }
  if (unknown > 0)
    sink->warning(sink->data, "Morse code leaves out some characters; write them in a to z");
  return 0;
}

static const TalkieEngine engine = {
    .size = sizeof(TalkieEngine),
    .name = "morse",
    .version = "1",
    .licence = "LGPL-2.1-or-later",
    .min_rate = 0.25,
    .max_rate = 3,
    .voices = voices,
    .synthesise = synthesise,
};

const TalkieEngine* talkie_engine_v1(void) {
  return &engine;
}
