// SPDX-License-Identifier: LGPL-2.1-or-later
#include "visual/kit/child/engine.h"

#include <utility>

namespace talkie {

namespace {

constexpr size_t kWidthsKept = 50'000;

// Asks the bundle, and says what came of it, at once or when its promise is settled.
constexpr const char* kAsk = R"((request, settle) => {
  globalThis.__begin?.();
  new Promise(resolve => resolve(globalThis.talkie(request))).then(
    answer => settle(true, String(answer)),
    problem => settle(false, String(problem?.message ?? problem)));
})";

constexpr const char* kWarmUp = R"(
  new Date(2024, 1, 1).toLocaleString('en', {timeZone: 'UTC'});
  new Intl.NumberFormat('en').format(1.5); new Intl.Segmenter('en').segment('a b');
  'a'.localeCompare('b'); 'straße'.normalize('NFD'); 'I'.toLocaleLowerCase('tr');
  /(\p{L}+)\s/u.test('words of many letters');
  let sum = 0; const add = (a, b) => a + b;
  for (let i = 0; i < 200000; ++i) sum = add(sum, i) % 7;
  Array.from({length: 20000}, (_, i) => ({i, text: String(i)})).length;
)";

std::string problem_of(JSCContext* context) {
  JSCException* exception = jsc_context_get_exception(context);
  if (!exception) return "it stopped without a reason";
  const char* message = jsc_exception_get_message(exception);
  std::string problem = message && *message ? message : "it stopped without a reason";
  jsc_context_clear_exception(context);
  return problem;
}

}  // namespace

// A question on its way.
struct KitEngine::Asked {
  bool settled = false;
  KitAnswer answer;

  static void on_settle(gboolean good, const char* text, gpointer data) {
    auto& asked = *static_cast<Asked*>(data);
    asked.answer = {good != FALSE, text ? text : ""};
    asked.settled = true;
  }
};

KitEngine::KitEngine(KitHost host) : host_(std::move(host)) {
  // Debian's build of the regular expression compiler has an error: /(^ +)?x/ gives null for "x".
  jsc_options_set_boolean("useRegExpJIT", FALSE);
  jsc_options_set_boolean("useWasm", FALSE);  // no library here needs it
  // A picture is drawn too quickly for much compiling to be worth its time: the slowest compiler
  // has no part in it, the one before it is for what runs twenty times as often as usual.
  jsc_options_set_boolean("useFTLJIT", FALSE);
  for (const char* option : {"thresholdForOptimizeAfterWarmUp",
                             "thresholdForOptimizeAfterLongWarmUp", "thresholdForOptimizeSoon"})
    jsc_options_set_int(option, 20'000);
  machine_.reset(jsc_virtual_machine_new());
}

KitEngine::~KitEngine() = default;

void KitEngine::warm_up() {
  const Held<JSCContext> context = new_context();
  const Held<JSCValue> ran(jsc_context_evaluate(context.get(), kWarmUp, -1));
  jsc_context_clear_exception(context.get());
  while (g_main_context_iteration(nullptr, FALSE)) {
  }
}

KitEngine::Held<JSCContext> KitEngine::new_context() {
  Held<JSCContext> context(jsc_context_new_with_virtual_machine(machine_.get()));
  const Held<JSCValue> measure(jsc_value_new_function(
      context.get(), "__measure", G_CALLBACK(on_measure), this, nullptr, G_TYPE_DOUBLE, 5,
      G_TYPE_STRING, G_TYPE_STRING, G_TYPE_DOUBLE, G_TYPE_INT, G_TYPE_INT));
  jsc_context_set_value(context.get(), "__measure", measure.get());
  const Held<JSCValue> log(jsc_value_new_function(context.get(), "__log", G_CALLBACK(on_log), this,
                                                  nullptr, G_TYPE_NONE, 1, G_TYPE_STRING));
  jsc_context_set_value(context.get(), "__log", log.get());
  return context;
}

void KitEngine::load(std::string_view bundle, std::string_view text) {
  Held<JSCContext> context = new_context();
  const std::string name = std::string(bundle) + ".js";
  const Held<JSCValue> ran(jsc_context_evaluate_with_source_uri(
      context.get(), text.data(), static_cast<gssize>(text.size()), name.c_str(), 1));
  // What it threw is told when it is asked.
  contexts_.insert_or_assign(std::string(bundle), std::move(context));
}

KitAnswer KitEngine::ask(std::string_view bundle, std::string_view request) {
  const auto found = contexts_.find(bundle);
  if (found == contexts_.end()) return {false, "it is not loaded"};
  JSCContext* context = found->second.get();
  Asked asked;
  if (jsc_context_get_exception(context)) {
    asked.answer = {false, problem_of(context)};
  } else {
    const Held<JSCValue> ask(jsc_context_evaluate(context, kAsk, -1));
    const Held<JSCValue> text(jsc_value_new_string(context, std::string(request).c_str()));
    const Held<JSCValue> settler(
        jsc_value_new_function(context, "settle", G_CALLBACK(Asked::on_settle), &asked, nullptr,
                               G_TYPE_NONE, 2, G_TYPE_BOOLEAN, G_TYPE_STRING));
    const Held<JSCValue> called(jsc_value_function_call(
        ask.get(), JSC_TYPE_VALUE, text.get(), JSC_TYPE_VALUE, settler.get(), G_TYPE_NONE));
    settle(context, asked);
  }
  if (!asked.answer.good) contexts_.erase(found);
  return std::move(asked.answer);
}

// Promises are settled when the engine is left; timers, when they are told to run.
void KitEngine::settle(JSCContext* context, Asked& asked) const {
  while (!asked.settled) {
    if (jsc_context_get_exception(context)) {
      asked.answer = {false, problem_of(context)};
      return;
    }
    const bool worked = g_main_context_iteration(nullptr, FALSE);
    const Held<JSCValue> timers(jsc_context_evaluate(context, "globalThis.__tick?.() ?? 0", -1));
    const bool ticked = jsc_value_is_number(timers.get()) && jsc_value_to_int32(timers.get()) > 0;
    if (!worked && !ticked && !asked.settled) {
      asked.answer = {false, "it waits for something that never comes"};
      return;
    }
  }
}

double KitEngine::width(const char* text, const char* family, double px, int weight, int italic) {
  if (!text || !*text || !family) return 0;
  const KitFont font{px, weight, italic};
  std::string key(reinterpret_cast<const char*>(&font), sizeof font);
  key.append(family).append(1, '\0').append(text);
  if (const auto found = widths_.find(key); found != widths_.end()) return found->second;
  if (widths_.size() >= kWidthsKept) widths_.clear();
  return widths_[key] = host_.measure(font, family, text);
}

double KitEngine::on_measure(const char* text, const char* family, double px, int weight,
                             int italic, gpointer engine) {
  return static_cast<KitEngine*>(engine)->width(text, family, px, weight, italic);
}

void KitEngine::on_log(const char* line, gpointer engine) {
  if (line) static_cast<KitEngine*>(engine)->host_.log(line);
}

}  // namespace talkie
