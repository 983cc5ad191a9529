#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Makes a film of a table: a scene for every row, fed into Talkie's elements through appsrc.

    apt install python3-gi gir1.2-gstreamer-1.0
    ./films.py harbours.csv harbours.mp4

The table has the columns title, text, and any others: these are shown as points. Nothing of it
becomes Markdown, so a cell may hold whatever it likes; docs/scene.md describes scenes as data.
"""

import csv
import json
import sys
import threading

import gi

gi.require_version("Gst", "1.0")
from gi.repository import GLib, Gst  # noqa: E402

PIPELINE = """
    appsrc name=scenes format=time block=true max-buffers=4
        caps="application/x-talkie-scene, version=(int)1" !
    tee name=scene
    scene. ! queue ! svgrender ! film.video
    scene. ! queue ! ttssrc ! film.audio
    scenecompositor name=film
    film.video_src ! queue ! x264enc bframes=0 ref=1 ! h264holdfill ! mux.
    film.audio_src ! queue ! audioconvert ! avenc_aac ! mux.
    mp4mux name=mux ! progresssink name=file
"""

FILM = {"size": [1280, 720], "frame_rate": "30/1", "language": "en", "captions": "words"}


def scene_of(row, index, count):
    """One row as a scene, complete in itself."""
    title, text = row.pop("title"), row.pop("text")
    points = [f"{name}: {value}" for name, value in row.items() if value]
    blocks = [{"kind": "heading", "text": title}]
    if points:
        blocks.append({"kind": "list", "items": points})
    last = index == count - 1
    return {
        "version": 1,
        "id": f"row-{index + 1}",
        "index": index,
        "count": count,
        "film": FILM,
        "theme": "midnight",
        "transition": {"kind": "push", "length": 0.5},
        "blocks": blocks,
        "narration": [text],
        "lead": 0.5 if index == 0 else 0.35,
        "tail": 1.5 if last else 0.35,
        "fade_out": last,
    }


def feed(source, rows):
    """Pushes the scenes as fast as they are taken; appsrc blocks in between."""
    for index, row in enumerate(rows):
        scene = scene_of(dict(row), index, len(rows))
        buffer = Gst.Buffer.new_wrapped(json.dumps(scene).encode())
        if source.emit("push-buffer", buffer) != Gst.FlowReturn.OK:
            return  # the pipeline has stopped; its error says why
    source.emit("end-of-stream")


def read_news(news):
    if news.get_name() == "talkie-progress":
        position = news.get_value("position") / Gst.SECOND
        scenes = news.get_value("scenes") or "?"  # 0: not known yet
        print(f"{position:.1f} s, scene {news.get_value('scene')} of {scenes}", flush=True)
    elif news.get_name() == "talkie-speech-fallback":
        print(f"another voice speaks: {news.get_string('reason')}", file=sys.stderr)


def watch(_bus, message, loop, errors):
    if message.type == Gst.MessageType.ELEMENT:
        read_news(message.get_structure())
    elif message.type == Gst.MessageType.WARNING:
        print(f"warning: {message.parse_warning()[0].message}", file=sys.stderr)
    elif message.type == Gst.MessageType.ERROR:
        errors.append(message.parse_error()[0].message)
        loop.quit()
    elif message.type == Gst.MessageType.EOS:
        loop.quit()
    return True


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: films.py TABLE.csv FILM.mp4")
    with open(sys.argv[1], newline="", encoding="utf-8") as table:
        rows = list(csv.DictReader(table))
    if not rows or not {"title", "text"} <= rows[0].keys():
        sys.exit(f"{sys.argv[1]}: needs the columns title and text, and a row")

    Gst.init(None)
    pipeline = Gst.parse_launch(PIPELINE)
    pipeline.get_by_name("file").set_property("location", sys.argv[2])
    loop, errors = GLib.MainLoop(), []
    bus = pipeline.get_bus()
    bus.add_signal_watch()
    bus.connect("message", watch, loop, errors)

    pipeline.set_state(Gst.State.PLAYING)
    feeder = threading.Thread(target=feed, args=(pipeline.get_by_name("scenes"), rows))
    feeder.start()
    try:
        loop.run()
    finally:
        pipeline.set_state(Gst.State.NULL)  # also wakes the feeder
        feeder.join()
    if errors:
        sys.exit(f"error: {errors[0]}")


if __name__ == "__main__":
    main()
