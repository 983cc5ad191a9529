// SPDX-License-Identifier: LGPL-2.1-or-later
// JavaScriptCore with one context a bundle.
#pragma once

#include <jsc/jsc.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "visual/kit/wire.h"

namespace talkie {

// What bundles ask of the world outside.
struct KitHost {
  std::function<double(const KitFont&, std::string_view family, std::string_view text)> measure;
  std::function<void(std::string_view line)> log;
};

struct KitAnswer {
  bool good = false;
  std::string text;  // the answer, or what went wrong
};

class KitEngine {
 public:
  explicit KitEngine(KitHost host);
  ~KitEngine();
  KitEngine(const KitEngine&) = delete;
  KitEngine& operator=(const KitEngine&) = delete;

  // Runs what the engine does only once, some of which takes files: the first garbage collection,
  // the first date, the first look at the machine.
  void warm_up();

  // Keeps a bundle's text; it is run when it is first asked something.
  void load(std::string_view bundle, std::string_view text);
  // After a problem the bundle is forgotten: what it left behind must not change later answers.
  KitAnswer ask(std::string_view bundle, std::string_view request);

 private:
  struct Unref {
    void operator()(gpointer object) const { g_object_unref(object); }
  };
  template <typename T>
  using Held = std::unique_ptr<T, Unref>;
  struct Asked;

  Held<JSCContext> new_context();
  void settle(JSCContext* context, Asked& asked) const;
  double width(const char* text, const char* family, double px, int weight, int italic);

  static double on_measure(const char* text, const char* family, double px, int weight, int italic,
                           gpointer engine);
  static void on_log(const char* line, gpointer engine);

  KitHost host_;
  Held<JSCVirtualMachine> machine_;
  std::map<std::string, Held<JSCContext>, std::less<>> contexts_;
  std::map<std::string, double, std::less<>> widths_;  // by everything that was asked for
};

}  // namespace talkie
