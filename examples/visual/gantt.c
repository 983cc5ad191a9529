/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A visual of one's own: a plan with a bar for every task. In a script it is
 *
 *   ```visual gantt weeks
 *   Write: 1-3
 *   Draw: 2-5
 *   ```
 *
 * The tasks come in one after another as they are spoken of, and cues find them by their names:
 * [the drawings](cue:highlight=Draw).
 *
 *   cc -shared -fPIC gantt.c -o talkie-visual-gantt.so $(pkg-config --cflags talkie-1.0)
 *   TALKIE_VISUAL_PATH=$PWD talkie render plan.md
 *
 * Copied to $(pkg-config --variable=visuals_dir talkie-1.0) it is there for everybody. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <visual/module.h>

enum { MOST_TASKS = 40, LAST_TIME = 400 };

typedef struct Task {
  const char* name; /* not ended by a NUL */
  int name_length;
  int begin; /* both included */
  int end;
} Task;

typedef struct Plan {
  Task tasks[MOST_TASKS];
  int count;
  int end;
} Plan;

/* Writes to the drawing; what does not fit the buffer is never a text from outside. */
static void put(const TalkieVisualSink* sink, const char* format, ...) {
  char buffer[512];
  va_list arguments;
  va_start(arguments, format);
  const int length = vsnprintf(buffer, sizeof buffer, format, arguments);
  va_end(arguments);
  if (length > 0) sink->svg(sink->data, buffer, (size_t)length);
}

/* Text from outside, with what means something in XML taken out of the way. */
static void put_text(const TalkieVisualSink* sink, const char* text, int length) {
  for (int i = 0; i < length; ++i) {
    const char* name = text[i] == '<'    ? "&lt;"
                       : text[i] == '>'  ? "&gt;"
                       : text[i] == '&'  ? "&amp;"
                       : text[i] == '"'  ? "&quot;"
                       : text[i] == '\t' ? " "
                                         : NULL;
    if (name)
      put(sink, "%s", name);
    else
      sink->svg(sink->data, text + i, 1);
  }
}

/* "Write: 1-3" */
static int read_task(const char* line, int length, Task* task) {
  char numbers[32];
  const char* colon = memchr(line, ':', (size_t)length);
  const int rest = colon ? length - (int)(colon + 1 - line) : 0;
  if (!colon || colon == line || rest >= (int)sizeof numbers) return 0;
  snprintf(numbers, sizeof numbers, "%.*s", rest, colon + 1);
  char more = 0;
  task->name = line;
  task->name_length = (int)(colon - line);
  return sscanf(numbers, "%d -%d %c", &task->begin, &task->end, &more) == 2 && task->begin >= 1 &&
         task->begin <= task->end && task->end <= LAST_TIME;
}

/* Returns 0 where every line is a task; else says which one is not. */
static int read_plan(const char* text, const TalkieVisualSink* sink, Plan* plan) {
  int number = 1;
  for (const char* line = text; *line; ++number) {
    const int length = (int)strcspn(line, "\n");
    if (length > 0) {
      if (plan->count == MOST_TASKS)
        return sink->error(sink->data, number, "there are more than 40 tasks; show less"), 1;
      Task* task = &plan->tasks[plan->count++];
      if (!read_task(line, length, task))
        return sink->error(sink->data, number,
                           "a task is a name and two times up to 400, as in 'Write: 1-3'"),
               1;
      if (task->end > plan->end) plan->end = task->end;
    }
    line += length;
    line += *line == '\n';
  }
  if (plan->count == 0)
    return sink->error(sink->data, 0, "there is no task in it; write 'Write: 1-3'"), 1;
  return 0;
}

static int draw(const TalkieVisualRequest* request, const TalkieVisualSink* sink) {
  Plan plan = {.count = 0};
  if (read_plan(request->text, sink, &plan)) return 1;

  const double width = request->width, size = request->text_size;
  const double row = 2.2 * size, height = row * (plan.count + 1);
  const double left = 0.25 * width, unit = (width - left) / plan.end;
  put(sink, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.1f\" height=\"%.1f\"", width,
      height);
  put(sink, " font-family=\"%s\" font-size=\"%.1f\">", request->family, size);
  put(sink, "<text x=\"%.1f\" y=\"%.1f\" font-size=\"%.1f\" fill=\"#%06x\">", left, 0.65 * row,
      0.8 * size, request->muted);
  put(sink, "1 – %d ", plan.end);
  put_text(sink, request->info, (int)strlen(request->info));
  put(sink, "</text>");
  for (int i = 0; i < plan.count; ++i) {
    const Task* task = &plan.tasks[i];
    const double top = row * (i + 1);
    put(sink, "<g data-step=\"%d\" id=\"", i + 1);
    put_text(sink, task->name, task->name_length);
    put(sink, "\"><text x=\"0\" y=\"%.1f\" fill=\"#%06x\">", top + 0.65 * row,
        request->text_colour);
    put_text(sink, task->name, task->name_length);
    put(sink, "</text><rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"",
        left + (task->begin - 1) * unit, top + 0.15 * row, (task->end - task->begin + 1) * unit,
        0.7 * row);
    put(sink, " rx=\"%.1f\" fill=\"#%06x\"/></g>", 0.2 * size, request->series[i % 8]);
  }
  put(sink, "</svg>");
  return 0;
}

static const TalkieVisual visual = {
    .size = sizeof(TalkieVisual),
    .version = "1",
    .licence = "LGPL-2.1-or-later",
    .draw = draw,
};

const TalkieVisual* talkie_visual_v1(void) {
  return &visual;
}
