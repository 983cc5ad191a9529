// SPDX-License-Identifier: LGPL-2.1-or-later
// What every element needs: errors on the bus, and a guard where C calls into C++.
#pragma once

#include <gst/gst.h>

#include <exception>
#include <utility>

#include "base/error.h"
#include "gst/owned.h"

namespace talkie {

// Posts `error` as an ERROR message: its kind decides the domain and code, its text has the place,
// and the message's details carry the fields file, line and column. Call without holding locks.
void post_error(GstElement* element, const Error& error);
// Posts a problem as a WARNING message with the same details.
void post_warning(GstElement* element, const Problem& problem);

// The Error behind a message that post_error sent, or that another element sent.
Error error_from_message(GstMessage* message);
// The Problem behind a WARNING message.
Problem problem_from_message(GstMessage* message);

// A new element of that factory, or missing_part with the name of the Debian package that has it.
Result<Owned<GstElement>> make_element(const char* factory, const char* name = nullptr);

// Runs `body` and keeps exceptions of other people's code from unwinding through C: they become an
// error on the bus and `fallback` is returned. Every entry from C into C++ runs in this.
template <typename T, typename Body>
T guarded(GstElement* element, T fallback, Body&& body) {
  try {
    return std::forward<Body>(body)();
  } catch (const std::exception& exception) {
    post_error(element, Error{ErrorKind::failed, "internal error", exception.what()});
  } catch (...) {
    post_error(element, Error{ErrorKind::failed, "internal error", "unknown exception"});
  }
  return fallback;
}

}  // namespace talkie
