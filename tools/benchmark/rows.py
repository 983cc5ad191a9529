# SPDX-License-Identifier: LGPL-2.1-or-later
"""The rows of a film's table: what is run, what must be true of it, and what it took."""

import json
import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable

from benchmark import commands
from benchmark.measure import Cost, Failed, frames_in, run, text_of
from benchmark.scripts import Film

LONG_FILM = 5 * 60  # seconds; the other tools make films longer than that once, whatever --runs


@dataclass
class Row:
    name: str
    output: Path
    command: list[str] = field(default_factory=list)
    env: dict[str, str] = field(default_factory=dict)
    prepare: Callable[[], None] = lambda: None  # before the clock starts
    runs: int | None = None  # if it is not to be run as often as the others
    same_as: Path | None = None  # a film that must have the same bytes
    differs_from: Path | None = None
    is_limit: bool = False
    costs: list[Cost] = field(default_factory=list)
    problem: str = ""  # why there are no figures
    note: str = ""

    @property
    def best(self) -> Cost | None:
        return min(self.costs, key=lambda cost: cost.wall) if self.costs else None

    @property
    def bytes(self) -> int | None:
        return self.output.stat().st_size if self.output.exists() and not self.is_limit else None


class FilmBench:
    """One script, everything that is prepared for it, and its rows."""

    def __init__(self, film: Film, folder: Path, talkie: str, limit: str, peers: bool):
        self.film = film
        self.folder = folder
        self.talkie = talkie
        self.limit = limit
        self.script = film.write(folder / "script")
        sound = folder / "speech.wav"
        self._prepare([talkie, "render", str(self.script), "-q", "-o", str(sound)])
        self._prepare([limit, str(self.script), "--pictures", str(folder / "pictures")])
        self.pictures = commands.read_pictures(folder / "pictures", sound)
        self.rows = self._talkie_rows() + [self._limit_row()]
        if peers:
            self.rows += self._peer_rows()

    @property
    def seconds(self) -> float:
        return self.pictures.seconds(self.pictures.frames)

    def row(self, name: str) -> Row | None:
        return next((row for row in self.rows if row.name == name), None)

    def run_round(self, number: int) -> None:
        for row in self.rows:
            if not row.problem and (row.runs is None or number < row.runs):
                try:
                    self._run(row)
                except Failed as failure:
                    row.problem, row.costs = str(failure), []

    def _prepare(self, command: list[str]) -> None:
        run(command, self.folder / "prepare.log", env={"XDG_CACHE_HOME": str(self.folder / "user")})

    def _talkie_rows(self) -> list[Row]:
        def render(script: Path, output: Path, *options: str) -> list[str]:
            return [self.talkie, "render", str(script), "-o", str(output), "--progress", "none",
                    *options]

        cold_film = self.folder / "talkie.mp4"
        cache = self.folder / "cache"
        if "--no-cache" not in text_of([self.talkie, "help", "render"]):
            missing = "this talkie keeps nothing"
            return [Row("talkie", cold_film, render(self.script, cold_film)),
                    Row("talkie, nothing edited", cold_film, problem=missing),
                    Row("talkie, no cache", cold_film, problem=missing)] + [
                    Row(f"talkie, {name}", cold_film, problem=missing)
                    for name, _ in self.film.edits]

        output = self.folder / "again.mp4"
        rows = [
            Row("talkie", cold_film, render(self.script, cold_film, "--cache", str(cache)),
                prepare=lambda: shutil.rmtree(cache, ignore_errors=True)),
            Row("talkie, nothing edited", output,
                render(self.script, output, "--cache", str(cache)), same_as=cold_film),
        ]
        for number, (name, (old, new)) in enumerate(self.film.edits):
            if self.film.text.count(old) != 1:
                continue  # a film cut short with --scenes
            script = self.script.with_stem(f"{self.film.name}-edit-{number}")
            script.write_text(self.film.text.replace(old, new))
            used = self.folder / f"cache-{number}"
            edited = self.folder / f"edited-{number}.mp4"
            rows.append(Row(f"talkie, {name}", edited,
                            render(script, edited, "--cache", str(used)),
                            prepare=lambda used=used: copy_folder(cache, used),
                            differs_from=cold_film))
        no_cache = self.folder / "no-cache.mp4"
        rows.append(Row("talkie, no cache", no_cache,
                        render(self.script, no_cache, "--no-cache"), same_as=cold_film))
        return rows

    def _limit_row(self) -> Row:
        return Row("limit: the encoders alone", self.folder / "limit.json",
                   [self.limit, str(self.script)], is_limit=True)

    def _peer_rows(self) -> list[Row]:
        pictures, folder = self.pictures, self.folder
        runs = 1 if self.seconds > LONG_FILM else None
        ges_command, ges_env = commands.ges_launch(pictures, folder / "ges.mp4")
        rows = [
            Row("ffmpeg", folder / "ffmpeg.mp4",
                commands.ffmpeg(pictures, commands.joined(pictures), folder / "ffmpeg.mp4")),
            Row("ffmpeg, one chain", folder / "chain.mp4",
                commands.ffmpeg(pictures, commands.one_chain(pictures), folder / "chain.mp4")),
            Row("melt", folder / "melt.mp4", commands.melt(pictures, folder / "melt.mp4")),
            Row("ges-launch-1.0", folder / "ges.mp4", ges_command, ges_env),
        ]
        for row in rows:
            row.runs = runs
            if not shutil.which(row.command[0]):
                row.problem = "not installed"
        return rows

    def _run(self, row: Row) -> None:
        row.prepare()
        if row.is_limit:
            row.costs.append(self._run_limit(row))
            return
        row.output.unlink(missing_ok=True)
        cost = run(row.command, self.folder / "run.log", env=row.env)
        if not row.output.exists():
            raise Failed("it made no film")
        if not row.differs_from:
            frames = frames_in(row.output)
            if abs(frames - self.pictures.frames) > 3:
                raise Failed(f"it made {frames} frames of {self.pictures.frames}")
        if row.same_as and not same_bytes(row.output, row.same_as):
            raise Failed("its film is not the one of 'talkie'")
        if row.differs_from and same_bytes(row.output, row.differs_from):
            raise Failed("its film is the one before the edit")
        row.costs.append(cost)

    def _run_limit(self, row: Row) -> Cost:
        run(row.command, self.folder / "run.log", output=row.output)
        found = json.loads(row.output.read_text())
        encoders, threads, sounds = re.split("[x+]", found["best"])
        row.note = (f"{found['pictures']} pictures of {found['frames']} frames; fastest with "
                    f"{encoders} x264 of {threads} thread(s) beside {sounds} AAC encoder(s); "
                    f"the sound alone takes one of them {found['sound']['wall']:.2f} s")
        row.command = [self.limit, str(self.script), "--only", found["best"]]
        return Cost(found["wall"], found["cpu"])


def same_bytes(a: Path, b: Path) -> bool:
    return a.read_bytes() == b.read_bytes()


def copy_folder(source: Path, target: Path) -> None:
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target)
