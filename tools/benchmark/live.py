# SPDX-License-Identifier: LGPL-2.1-or-later
"""Live: how many channels one machine sends before they are late, what a picture costs that stays,
how soon the first one is on the wire, and what many hours do."""

import itertools
import json
import os
import shutil
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Callable, Iterator

from benchmark.channels import (Channel, FfmpegChannel, MachineTime, RtmpServer, TalkieChannel,
                                memory_of)
from benchmark.measure import Failed, last_lines, run
from benchmark.report import table
from benchmark.scripts import Film, read_elements, script, whole_page

SCENES = 10  # of a talk
SIDE_BY_SIDE = 8  # channels whose costs are measured together
WARM_UP = 8  # seconds after the last channel has begun
MOST_BEHIND = 0.5  # seconds that a channel may fall behind in them
LONGEST_ROUND = 900  # seconds to wait for a talk to begin anew…
LONGEST_START = 60  # …and for its first picture
MOST_HELD, MOST_WAIT, LEAST_CHANNELS = 3.0, 0.5, 10  # percent of a core; seconds; times ffmpeg's
MEMORY_LEFT = 0.1  # of the machine: with less, no more channels are tried

HELD = """---
title: Held
size: 1080p
fps: 30
theme: ink
---

# A slide that stays

(duration: 600)
"""
SHORT = """---
title: Short
size: 320x180
fps: 30
theme: ink
transition: crossfade 0.3
{more}---

# One

The first scene of a short talk, said again and again.

## Two

- Apples
- Pears

Apples, then pears.

## Three

Three words here. And some more of them.
"""


def talk(number: int, folder: Path, scenes: int) -> Path:
    """A talk that shares neither a word nor a picture with that of another number."""
    elements = [replace(element, name=f"{element.name} {number}")
                for element in itertools.islice(itertools.cycle(read_elements()), number,
                                                number + scenes)]
    path = Film("talk", script(f"Channel {number}", "crossfade 0.5",
                               [(whole_page(e), e.narration) for e in elements]), "").write(folder)
    for element in elements:
        (folder / f"{element.symbol}.svg").write_text(element.picture)
    return path


@dataclass(frozen=True)
class Step:
    """So many channels at once."""
    channels: int
    late: int  # of them
    idle: float  # share of the machine that had nothing to do
    memory: int  # bytes of one of them


@dataclass(frozen=True)
class Share:
    """CPU seconds for each second of a channel."""
    own: float
    server: float


@dataclass
class LiveBench:
    talkie: str
    soak_program: Path
    folder: Path
    soak_hours: float
    scenes: int = SCENES
    side_by_side: int = SIDE_BY_SIDE
    most_channels: int = 1024
    window: int = 25  # seconds in which channels may not be late
    held_for: int = 60  # seconds
    starts: int = 5
    shares: dict[tuple[str, int], Share] = field(default_factory=dict)
    steps: dict[str, list[Step]] = field(default_factory=dict)
    held: dict[str, float] = field(default_factory=dict)
    waits: list[tuple[float, float]] = field(default_factory=list)  # on the server; by the report
    soaks: dict[str, dict] = field(default_factory=dict)
    out_of_memory: bool = False
    notes: list[str] = field(default_factory=list)  # what did not work

    def __post_init__(self):
        self.folder = self.folder / "live"
        self.folder.mkdir(parents=True)
        self.numbers = itertools.count()
        self.warm: list[Path] = []  # folders of talks that were shown

    def shorten(self, scenes: int) -> None:
        """To try the bench itself."""
        self.scenes, self.side_by_side, self.most_channels = scenes, 2, 4
        self.window, self.held_for, self.starts = 8, 10, 2

    def run(self, say: Callable[[str], None]) -> None:
        """What fails stays out of the tables, with the reason below them; the rest is measured."""
        def measure(says: str, part: Callable, *arguments) -> None:
            say(f"live: {says}")
            try:
                part(*arguments)
            except Failed as failure:
                self.notes.append(f"{says}: {failure}")

        self._write_slide()
        for number in range(self.starts):
            measure(f"the first picture, {number + 1} of {self.starts}", self._start)
        measure("a slide that stays", self._hold)
        for count in (1, self.side_by_side):
            measure(f"what channels of talkie cost, {count} at once", self._measure_talkie, count)
        for count in (1, 2):
            measure(f"what channels of ffmpeg cost, {count} at once", self._measure_ffmpeg, count)
        for kind, first in (("ffmpeg", 2), ("cold", 16), ("warm", 64)):
            measure(f"how many channels, {kind}", self._find_most, kind, first, say)
        for name, hours in (("speech", self.soak_hours), ("speech and music", self.soak_hours),
                            ("speech and music, HLS", self.soak_hours / 12)):
            measure(f"{name}, {hours:.1f} hours of timeline", self._soak, name, hours)

    # ---- what is sent

    def _new_folder(self) -> Path:
        folder = self.folder / f"channel-{next(self.numbers)}"
        folder.mkdir()
        return folder

    def _write_slide(self) -> None:
        """What ffmpeg sends: a slide of the same talk, and what is said."""
        folder, log = self._new_folder(), self.folder / "run.log"
        film = folder / "talk.mp4"
        self.slide, self.voice = folder / "slide.png", folder / "voice.wav"
        run([self.talkie, "render", str(talk(0, folder, self.scenes)), "--no-cache", "-q", "-o",
             str(film)], log)
        run(["ffmpeg", "-v", "error", "-ss", "3", "-i", str(film), "-frames:v", "1",
             str(self.slide)], log)
        run(["ffmpeg", "-v", "error", "-i", str(film), "-ac", "1", str(self.voice)], log)

    def _cold_channel(self, server: RtmpServer, number: int) -> TalkieChannel:
        folder = self._new_folder()
        return TalkieChannel(self.talkie, talk(number, folder, self.scenes), folder / "cache",
                             server.url(folder.name), folder / "said")

    def _warm_channel(self, server: RtmpServer, number: int) -> TalkieChannel:
        """Of those talks that were shown before, each in its turn."""
        if not self.warm:
            raise Failed("no talk was shown before")
        seen = self.warm[number % len(self.warm)]
        folder = self._new_folder()
        return TalkieChannel(self.talkie, seen / "talk.md", seen / "cache",
                             server.url(folder.name), folder / "said")

    def _ffmpeg_channel(self, server: RtmpServer, number: int) -> FfmpegChannel:
        folder = self._new_folder()
        return FfmpegChannel(self.slide, self.voice, server.url(folder.name), folder / "said")

    @contextmanager
    def _on_air(self, make: Callable, count: int,
                apart: float) -> Iterator[tuple[RtmpServer, list[Channel]]]:
        with ExitStack() as stack:
            server = stack.enter_context(RtmpServer(self._new_folder()))
            channels = []
            for number in range(count):
                channels.append(make(server, number).start())
                stack.callback(channels[-1].stop)
                time.sleep(apart)
            yield server, channels
            for channel in channels:
                channel.ask_to_stop()

    # ---- what a channel costs

    def _measure_talkie(self, count: int) -> None:
        """The first round, of which nothing is there, and the second."""
        with self._on_air(self._cold_channel, count, 1) as (server, channels):
            self.warm = [channel.said.parent for channel in channels]
            marks = [{0: (0.0, 0.0)} for _ in channels]  # by rounds: CPU, seconds of the stream
            served = {0: (0.0, 0.0)}
            end = time.monotonic() + LONGEST_ROUND
            while any(2 not in mark for mark in marks):
                time.sleep(0.5)
                for channel, mark in zip(channels, marks):
                    status = channel.status()
                    if not channel.is_running() or time.monotonic() > end:
                        raise Failed(f"a channel does not go on: {channel.command}")
                    mark.setdefault(status.get("rounds", 0),
                                    (channel.cpu(), status.get("on_air", 0.0)))
                sent = sum(channel.position() for channel in channels)
                served.setdefault(min(max(mark) for mark in marks), (server.cpu(), sent))
        for name, first in (("cold", 0), ("warm", 1)):
            cpu, seconds = (sum(mark[first + 1][i] - mark[first][i] for mark in marks)
                            for i in (0, 1))
            served_cpu, served_seconds = (served[first + 1][i] - served[first][i] for i in (0, 1))
            self.shares[name, count] = Share(cpu / seconds, served_cpu / served_seconds)

    def _measure_ffmpeg(self, count: int) -> None:
        with self._on_air(self._ffmpeg_channel, count, 1) as (server, channels):
            time.sleep(WARM_UP)

            def figures() -> list[float]:
                return [sum(channel.cpu() for channel in channels), server.cpu(),
                        sum(channel.position() for channel in channels)]

            before = figures()
            time.sleep(self.window)
            cpu, served, seconds = (after - was for after, was in zip(figures(), before))
            self.shares["ffmpeg", count] = Share(cpu / seconds, served / seconds)

    # ---- how many there can be

    def _find_most(self, kind: str, first: int, say: Callable[[str], None]) -> None:
        """Twice as many until it is too much, then halfway until that is known to a tenth."""
        steps = self.steps[kind] = []
        good, bad, count = 0, None, min(first, self.most_channels)
        while bad is None or bad - good > max(1, good // 10):
            step = self._try(kind, count)
            steps.append(step)
            say(f"live: {kind}: {count} channels, {step.late} of them late, "
                f"{step.idle:.0%} of the machine idle")
            if step.late:
                bad = count
            else:
                good = count
                if bad is None and (count == self.most_channels or self._lacks_memory(step)):
                    return
            count = (good + bad) // 2 if bad else min(2 * count, self.most_channels)

    def _lacks_memory(self, step: Step) -> bool:
        """Whether twice as many would be too many."""
        lines = dict(line.split(":") for line in Path("/proc/meminfo").read_text().splitlines())
        there, all_of_it = (int(lines[name].split()[0]) << 10
                            for name in ("MemAvailable", "MemTotal"))
        lacks = there - 2 * step.channels * step.memory < MEMORY_LEFT * all_of_it
        self.out_of_memory = self.out_of_memory or lacks
        return lacks

    def _try(self, kind: str, count: int) -> Step:
        # Far enough apart that starting them does not take the machine by itself.
        make, apart = {"ffmpeg": (self._ffmpeg_channel, 0.3), "cold": (self._cold_channel, 0.5),
                       "warm": (self._warm_channel, 0.2)}[kind]
        first = next(self.numbers)
        with self._on_air(make, count, apart) as (_, channels):
            time.sleep(WARM_UP)
            began, machine = [channel.behind() for channel in channels], MachineTime.now()
            time.sleep(self.window)
            idle = MachineTime.now().idle_since(machine)
            behind = [channel.behind() - was for channel, was in zip(channels, began)]
            lost = [not channel.is_running() for channel in channels]
            memory = memory_of(channels[0].child.pid)
        late = sum(gone or by > MOST_BEHIND or channel.is_late()
                   for gone, by, channel in zip(lost, behind, channels))
        for number in range(first, next(self.numbers)):
            shutil.rmtree(self.folder / f"channel-{number}", ignore_errors=True)
        return Step(count, late, idle, memory)

    # ---- a slide that stays, and the first picture

    def _hold(self) -> None:
        folder = self._new_folder()
        (folder / "held.md").write_text(HELD)

        def make(server: RtmpServer, _: int) -> TalkieChannel:
            return TalkieChannel(self.talkie, folder / "held.md", folder / "cache",
                                 server.url("held"), folder / "said")

        for name in ("cold", "warm"):
            with self._on_air(make, 1, WARM_UP) as (_, channels):
                before, began = channels[0].cpu(), time.monotonic()
                time.sleep(self.held_for)
                if not channels[0].is_running():
                    raise Failed("the slide did not stay")
                self.held[name] = (channels[0].cpu() - before) / (time.monotonic() - began)

    def _start(self) -> None:
        """From the start of the command until the server has the first picture on the disk."""
        folder = self._new_folder()
        path = talk(0, folder, self.scenes)
        with RtmpServer(self._new_folder()) as server:
            channel = TalkieChannel(self.talkie, path, folder / "cache",
                                    server.url("first", "kept"), folder / "said")
            began = time.monotonic()
            channel.start()
            try:
                while not server.has_picture("first"):
                    if time.monotonic() - began > LONGEST_START or not channel.is_running():
                        raise Failed("no picture has come to the server")
                    time.sleep(0.002)
                waited = time.monotonic() - began
            finally:
                channel.stop()
        done = channel.status()
        if "first_picture" not in done:
            raise Failed(f"the channel ended with {channel.child.returncode} and no report: "
                         f"{last_lines(channel.said.with_suffix('.log'))}")
        self.waits.append((waited, done["first_picture"]))

    # ---- many hours

    def _soak(self, name: str, hours: float) -> None:
        folder = self._new_folder()
        for inside in ("cache", "hls"):
            (folder / inside).mkdir()
        music = "music" in name
        if music:
            run(["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "anoisesrc=d=30:c=pink:a=0.3", "-ac",
                 "2", str(folder / "song.wav")], self.folder / "run.log")
        (folder / "short.md").write_text(SHORT.format(more="music: song.wav\n" if music else ""))
        segments = [str(folder / "hls")] if "HLS" in name else []
        run([str(self.soak_program), str(folder / "short.md"), str(folder / "cache"), str(hours),
             *segments], self.folder / "run.log", output=folder / "soak.json")
        self.soaks[name] = json.loads((folder / "soak.json").read_text())

    # ---- tables

    def tables(self) -> str:
        parts = ["### Live: what is asked\n\n" + self._asked(),
                 "### Live: what a channel costs\n\n" + self._costs(),
                 "### Live: how many channels\n\n" + self._channels(),
                 "### Live: many hours\n\n" + self._hours()]
        if self.notes:
            parts.append("\n".join(f"- {note}" for note in self.notes))
        return "\n\n".join(parts)

    def _most(self, kind: str) -> int:
        return max((step.channels for step in self.steps.get(kind, []) if not step.late),
                   default=0)

    def _is_known(self, kind: str) -> bool:
        return any(step.late for step in self.steps.get(kind, []))

    def _most_text(self, kind: str) -> str:
        return f"{'' if self._is_known(kind) else '≥ '}{self._most(kind)}"

    def _asked(self) -> str:
        def row(says: str, asked: str, measured: str, reached: bool | None) -> list[str]:
            return [says, asked, measured, "–" if reached is None else "yes" if reached else "no"]

        rows, most = [], max(1, self._most("ffmpeg"))
        for kind, says in (("cold", "talks never shown before"), ("warm", "talks shown before")):
            if kind not in self.steps or "ffmpeg" not in self.steps:
                continue
            times = self._most(kind) / most
            rows.append(row(f"channels, {says} / ffmpeg's", f"≥ {LEAST_CHANNELS}",
                            f"{'' if self._is_known(kind) else '≥ '}{times:.1f}",
                            times >= LEAST_CHANNELS if times >= LEAST_CHANNELS or
                            self._is_known(kind) else None))
        for name, share in self.held.items():
            rows.append(row(f"a slide that stays, {name}: of a core", f"≤ {MOST_HELD:g} %",
                            f"{100 * share:.2f} %", 100 * share <= MOST_HELD))
        if waits := sorted(self.waits):
            middle = waits[len(waits) // 2]
            rows.append(row("the first picture is on the server", f"≤ {MOST_WAIT:g} s",
                            f"{waits[0][0]:.2f} s ({middle[0]:.2f} in the middle of {len(waits)})",
                            waits[0][0] <= MOST_WAIT))
            rows.append(row("the same by talkie's report: handed to the outputs", "–",
                            f"{waits[0][1]:.2f} s ({middle[1]:.2f})", None))
        return table(["", "asked", "measured", "reached"], rows)

    def _costs(self) -> str:
        rows, cores = [], os.cpu_count()
        names = {"cold": "talkie, shown for the first time", "warm": "talkie, shown again",
                 "ffmpeg": "ffmpeg"}
        for (kind, count), share in self.shares.items():
            other = self.shares.get(("ffmpeg", 1))
            times = f"{other.own / share.own:.1f}" if other else "–"
            rows.append([f"{names[kind]}: {count} at once", f"{100 * share.own:.2f} %",
                         f"{100 * share.server:.2f} %", times,
                         f"{cores / (share.own + share.server):.0f}"])
        return table(["", "a channel: of a core", "nginx for it", "one of ffmpeg / it",
                      f"extrapolated: fill {cores} cores"], rows)

    def _channels(self) -> str:
        rows = []
        for kind, steps in self.steps.items():
            for step in sorted(steps, key=lambda step: step.channels):
                rows.append([f"{kind}: {step.channels}", str(step.late), f"{step.idle:.0%}",
                             f"{step.memory / 1e6:.0f}"])
        note = "\n\nAt the most: " + ", ".join(f"{kind} {self._most_text(kind)}"
                                              for kind in self.steps) + "."
        if self.out_of_memory:
            note += " Twice as many would not have fitted into the memory."
        return table(["channels", "late", "idle", "memory MB each"], rows) + note

    def _hours(self) -> str:
        rows = []
        for name, said in self.soaks.items():
            memory = {round(one["at"] / 60): one["bytes"] for one in said["memory"]}
            marks = [f"{memory[minute] / 1e6:.0f}" if minute in memory else "–"
                     for minute in (10, 60, 12 * 60, 24 * 60)]
            rows.append([f"{name}: {said['length'] / 3600:.1f} h", f"{said['seconds']:.0f}",
                         f"{said['length'] / said['seconds']:.0f}",
                         f"{max(said['picture_drift_ms'], said['sound_drift_ms']):.1f}",
                         f"{said['landmark_drift_ms']:.1f} in {said['landmarks']}",
                         f"{said['gap_at_end_ms']:.0f}", *marks])
        return table(["", "took s", "× realtime", "drift from its number ms",
                      "sound from picture ms, in rounds", "at the end ms",
                      "MB at 10 min", "1 h", "12 h", "24 h"], rows)
