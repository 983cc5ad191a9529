# SPDX-License-Identifier: LGPL-2.1-or-later
"""Speech and sound: what the embedded voice costs, and how long one waits for a voice that takes
its time. That voice is a program that waits and then hands out a sound that was made before."""

import os
import selectors
import shlex
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from benchmark.measure import Cost, Failed, run
from benchmark.report import table
from benchmark.scripts import read_elements

CALL = 2  # seconds that the slow voice takes for an utterance
SCENES = 24  # that it speaks
PATIENCE = 60  # seconds to wait for a first byte

HEADER = """---
title: Elements, spoken
language: en
size: 1080p
theme: ink
transition: crossfade 0.5
captions: {captions}
{more}---
"""
LIVE = """scriptsrc location={script} ! tee name=scenes
    scenes. ! queue ! svgrender ! comp.video
    scenes. ! queue ! ttssrc engine=slow ! comp.audio
    scenecompositor name=comp
    comp.video_src ! queue ! fdsink fd=1
    comp.audio_src ! queue ! fakesink sync=true"""


def spoken_film(count: int, captions: str = "none", more: str = "") -> str:
    return HEADER.format(captions=captions, more=more) + "".join(
        f"\n---\n\n## {e.name}\n\n{e.narration}\n" for e in read_elements()[:count])


def seconds_to_first_byte(pipeline: str, env: dict) -> float:
    """From the start of gst-launch-1.0 to the first byte on its standard output."""
    start = time.monotonic()
    child = subprocess.Popen(["gst-launch-1.0", "-q", *shlex.split(pipeline)],
                             stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                             stderr=subprocess.DEVNULL, env={**os.environ, **env},
                             start_new_session=True)
    try:
        with selectors.DefaultSelector() as waiting:
            waiting.register(child.stdout, selectors.EVENT_READ)
            if not waiting.select(PATIENCE) or not os.read(child.stdout.fileno(), 1):
                raise Failed(f"nothing came out of {pipeline}")
        return time.monotonic() - start
    finally:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        child.stdout.close()


@dataclass
class SpeechBench:
    talkie: str
    folder: Path
    costs: dict[str, list[Cost]] = field(default_factory=dict)
    waits: dict[str, list[float]] = field(default_factory=dict)
    length: float = 0  # seconds of the long film

    def __post_init__(self):
        self.folder = self.folder / "speech"
        (self.folder / "talkie").mkdir(parents=True, exist_ok=True)
        self.env = {"XDG_CONFIG_HOME": str(self.folder)}
        sound, voice = self.folder / "said.wav", self.folder / "slow-voice"
        self._script("said", "The first of the elements is hydrogen. It is the lightest of all.\n")
        self._render("said", sound)
        voice.write_text(f"#!/bin/sh\ncat > /dev/null\nsleep {CALL}\n"
                         f"cp {shlex.quote(str(sound))} \"$1\"\n")
        voice.chmod(0o755)
        (self.folder / "talkie/talkie.conf").write_text(
            f"engines:\n  slow: {{command: '{voice} {{out}}', calls: 4, language: en}}\n")
        run(["gst-launch-1.0", "-q", "audiotestsrc", "wave=pink-noise", "num-buffers=1300", "!",
             "audio/x-raw,rate=48000,channels=2", "!", "wavenc", "!", "filesink",
             f"location={self.folder}/song.wav"], self.folder / "run.log")
        self._script("long", spoken_film(39))
        self._script("slow", spoken_film(SCENES))
        for captions in ("none", "burned", "words"):
            self._script(captions, spoken_film(12, captions))
        self._script("music", spoken_film(12, more="music: song.wav\n"))

    def _script(self, name: str, text: str) -> None:
        (self.folder / f"{name}.md").write_text(text)

    def _render(self, name: str, film: Path, *options: str) -> Cost:
        return run([self.talkie, "render", str(self.folder / f"{name}.md"), "--no-cache", "--quiet",
                    "-o", str(film), *options], self.folder / "run.log", env=self.env)

    def run_round(self) -> None:
        def cost(name: str, film: str, *options: str) -> None:
            self.costs.setdefault(name, []).append(
                self._render(name, self.folder / film, *options))

        cost("long", "long.wav")
        self.length = ((self.folder / "long.wav").stat().st_size - 44) / 96000
        with tempfile.TemporaryDirectory(dir=self.folder) as nothing:
            self.costs.setdefault("times", []).append(
                run([self.talkie, "inspect", str(self.folder / "long.md")],
                    self.folder / "run.log", env={**self.env, "XDG_CACHE_HOME": nothing}))
        cost("slow", "slow.mp4", "--engine", "slow")
        for name in ("none", "burned", "words", "music"):
            cost(name, f"{name}.mp4")
        waits = {"start": "fakesrc num-buffers=1 sizetype=fixed ! fdsink fd=1",
                 "hello": "ttssrc text=Hello ! fdsink fd=1",
                 "live": LIVE.format(script=shlex.quote(str(self.folder / "slow.md")))}
        for name, pipeline in waits.items():
            self.waits.setdefault(name, []).append(seconds_to_first_byte(pipeline, self.env))

    def tables(self) -> str:
        def row(says: str, asked: float | None, measured: float, unit: str) -> list[str]:
            return [says, f"≤ {asked:g}{unit}" if asked else "–", f"{measured:.2f}{unit}",
                    "–" if not asked else "yes" if measured <= asked else "no"]

        cpu = {name: min(cost.cpu for cost in costs) for name, costs in self.costs.items()}
        wall = {name: min(cost.wall for cost in costs) for name, costs in self.costs.items()}
        wait = {name: min(seconds) for name, seconds in self.waits.items()}
        return "### Speech and sound\n\n" + table(["", "asked", "measured", "reached"], [
            row(f"{self.length:.0f} s of speech with espeak: CPU", 1.5, cpu["times"], " s"),
            row("the same, levelled and in a WAV file: CPU", None, cpu["long"], " s"),
            row(f"{SCENES} scenes, {CALL} s a call, 4 calls at once: wall", 13, wall["slow"], " s"),
            row("a live run with that voice: the first frame, gst-launch's start included", 2.5,
                wait["live"], " s"),
            row("ttssrc text=Hello: the first sample, gst-launch's start included", 0.1,
                wait["hello"], " s"),
            row("gst-launch's start alone", None, wait["start"], " s"),
            row("captions, burned / none: CPU", None, cpu["burned"] / cpu["none"], ""),
            row("captions, words / burned: CPU", None, cpu["words"] / cpu["burned"], ""),
            row("music / none: CPU", None, cpu["music"] / cpu["none"], ""),
        ])
