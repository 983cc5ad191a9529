/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Makes a film of a script in a program of your own, and says how far it is:
 *
 *   cc film.c -o film $(pkg-config --cflags --libs gstreamer-1.0)
 *   ./film talk.md talk.mp4
 *
 * The program needs GStreamer alone: Talkie is the plugin behind the element talkiesrc. */
#include <glib-unix.h>
#include <gst/gst.h>
#include <stdio.h>

typedef struct Run {
  GMainLoop* loop;
  int status; /* of the process */
} Run;

static const char kPipeline[] =
    "talkiesrc name=talk "
    "talk.video ! queue ! x264enc bframes=0 ref=1 ! h264holdfill ! mux. "
    "talk.audio ! queue ! audioconvert ! avenc_aac ! mux. "
    "mp4mux name=mux ! progresssink name=film";

static void end(Run* run, int status) {
  run->status = status;
  g_main_loop_quit(run->loop);
}

/* What Talkie says besides GStreamer's own messages; docs/embedding.md lists the fields. */
static void read_news(const GstStructure* news) {
  guint64 position = 0;
  gint scene = 0, scenes = 0;
  gdouble speed = 0;
  if (gst_structure_has_name(news, "talkie-progress")) {
    gst_structure_get(news, "position", G_TYPE_UINT64, &position, "scene", G_TYPE_INT, &scene,
                      "scenes", G_TYPE_INT, &scenes, "speed", G_TYPE_DOUBLE, &speed, NULL);
    printf("%.1f s made, scene %d", (double)position / GST_SECOND, scene);
    if (scenes > 0) printf(" of %d", scenes); /* 0: not known yet */
    printf(", %.1f times as fast as it plays\n", speed);
  } else if (gst_structure_has_name(news, "talkie-speech-fallback")) {
    fprintf(stderr, "scene %s: another voice speaks: %s\n", gst_structure_get_string(news, "scene"),
            gst_structure_get_string(news, "reason"));
  }
}

/* The text has the place in the script: "talk.md:3:7: …". Its parts are in the details. */
static void read_problem(GstMessage* message, const char* what) {
  GError* error = NULL;
  if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR)
    gst_message_parse_error(message, &error, NULL);
  else
    gst_message_parse_warning(message, &error, NULL);
  fprintf(stderr, "%s: %s\n", what, error->message);
  g_error_free(error);
}

static gboolean on_message(GstBus* bus, GstMessage* message, gpointer data) {
  Run* run = data;
  (void)bus;
  switch (GST_MESSAGE_TYPE(message)) {
    case GST_MESSAGE_ELEMENT:
      read_news(gst_message_get_structure(message));
      break;
    case GST_MESSAGE_WARNING:
      read_problem(message, "warning");
      break;
    case GST_MESSAGE_ERROR:
      read_problem(message, "error");
      end(run, 1);
      break;
    case GST_MESSAGE_EOS: /* the film is whole, and has its name */
      end(run, 0);
      break;
    default:
      break;
  }
  return G_SOURCE_CONTINUE;
}

static gboolean on_interrupt(gpointer run) {
  end(run, 130);
  return G_SOURCE_CONTINUE;
}

int main(int argc, char** argv) {
  gst_init(&argc, &argv);
  if (argc != 3) return fprintf(stderr, "usage: film SCRIPT FILM.mp4\n"), 2;
  GError* error = NULL;
  GstElement* pipeline =
      gst_parse_launch_full(kPipeline, NULL, GST_PARSE_FLAG_FATAL_ERRORS, &error);
  if (!pipeline) return fprintf(stderr, "error: %s\n", error->message), g_error_free(error), 1;

  /* Names come from outside: set as properties they need no quotes. */
  gst_child_proxy_set(GST_CHILD_PROXY(pipeline), "talk::location", argv[1], "film::location",
                      argv[2], NULL);

  Run run = {g_main_loop_new(NULL, FALSE), 0};
  GstBus* bus = gst_element_get_bus(pipeline);
  const guint watch = gst_bus_add_watch(bus, on_message, &run);
  const guint interrupt = g_unix_signal_add(SIGINT, on_interrupt, &run);
  gst_element_set_state(pipeline, GST_STATE_PLAYING); /* if it fails there is an error message */
  g_main_loop_run(run.loop);

  gst_element_set_state(pipeline, GST_STATE_NULL); /* a film that is not whole is removed */
  g_source_remove(interrupt);
  g_source_remove(watch);
  gst_object_unref(bus);
  gst_object_unref(pipeline);
  g_main_loop_unref(run.loop);
  return run.status;
}
