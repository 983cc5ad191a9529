# SPDX-License-Identifier: LGPL-2.1-or-later
"""The tables, as Markdown that also reads well in a terminal."""

import os
import platform
import re
from dataclasses import dataclass

from benchmark.measure import text_of
from benchmark.quality import Quality, size_at
from benchmark.rows import FilmBench, Row

FFMPEG = ("ffmpeg", "ffmpeg, one chain")


def table(head: list[str], rows: list[list[str]]) -> str:
    """The first column is text, all others are figures."""
    widths = [max(len(row[i]) for row in [head] + rows) for i in range(len(head))]
    lines = [head, ["-" * widths[0]] + ["-" * (width - 1) + ":" for width in widths[1:]]] + rows
    return "\n".join("| " + " | ".join([row[0].ljust(widths[0])] +
                                       [cell.rjust(width)
                                        for cell, width in zip(row[1:], widths[1:])]) + " |"
                     for row in lines)


def figures(bench: FilmBench, row: Row) -> list[str]:
    best, reference = row.best, bench.row("talkie").best
    if not best:
        return [row.name] + ["–"] * 7
    return [row.name, f"{best.wall:.2f}", f"{best.cpu:.2f}",
            f"{best.memory / 1e6:.0f}" if best.memory else "–",
            f"{bench.pictures.frames / best.wall:.0f}", f"{bench.seconds / best.wall:.1f}",
            f"{row.bytes / 1e6:.2f}" if row.bytes else "–",
            f"{best.wall / reference.wall:.2f}" if reference else "–"]


def film_table(bench: FilmBench) -> str:
    pictures = bench.pictures
    head = ["", "wall s", "CPU s", "memory MB", "frames/s", "× realtime", "size MB",
            "wall : talkie"]
    text = (f"### {bench.film.name}\n\n{pictures.scenes} scenes, {bench.film.says}: "
            f"{bench.seconds:.1f} s, {pictures.frames} frames of "
            f"{pictures.width}x{pictures.height}, {len(pictures.stills)} pictures for the other "
            "tools.\n\n")
    text += table(head, [figures(bench, row) for row in bench.rows])
    notes = [f"- {row.name}: {row.problem or row.note}" for row in bench.rows
             if row.problem or row.note]
    return text + ("\n\n" + "\n".join(notes) if notes else "")


@dataclass(frozen=True)
class Asked:
    film: str
    what: str  # the row that is looked at
    than: tuple[str, ...]  # the fastest of these rows is what it is compared with
    says: str
    most: float  # wall : wall
    than_film: str = ""  # whose rows these are, if not the same one's


ASKED = [
    Asked("slides-12", "talkie", FFMPEG, "the fastest ffmpeg", 1 / 10),
    Asked("slides-12", "talkie", ("melt",), "melt", 1 / 6),
    Asked("builds-12", "talkie", FFMPEG, "the fastest ffmpeg", 1 / 5),
    *(Asked(film, "talkie", ("limit: the encoders alone",), "the limit", 1.3)
      for film in ("slides-12", "builds-12", "slides-60", "motion")),
    Asked("slides-60", "talkie, a spoken word edited", ("talkie",), "the cold render", 0.05),
    Asked("slides-60", "talkie, a word on a page edited", ("talkie",), "the cold render", 0.05),
    *(Asked(film, "talkie, nothing edited", ("talkie",), "the cold render", 0.02)
      for film in ("slides-12", "slides-60")),
    Asked("visuals-60", "talkie", ("talkie",), "bullets-60", 1.5, than_film="bullets-60"),
]


def fastest(bench: FilmBench, names: tuple[str, ...]) -> float | None:
    rows = [bench.row(name) for name in names]
    return min((row.best.wall for row in rows if row and row.best), default=None)


def asked_table(benches: list[FilmBench], qualities: dict[str, tuple[Quality, list]]) -> str:
    by_name = {bench.film.name: bench for bench in benches}
    rows = []
    for asked in ASKED:
        bench = by_name.get(asked.film)
        than = by_name.get(asked.than_film or asked.film)
        if not bench or not than:
            continue
        wall, other = fastest(bench, (asked.what,)), fastest(than, asked.than)
        measured = wall / other if wall and other else None
        rows.append([f"{asked.film}: {asked.what} / {asked.says}", f"≤ {asked.most:.3g}",
                     f"{measured:.3f}" if measured else "not measured",
                     "–" if measured is None else "yes" if measured <= asked.most else "no"])
    for film, (own, others) in qualities.items():
        size = size_at(others, own.psnr)
        measured = own.bytes / size if size else None
        rows.append([f"{film}: pictures' bytes / ffmpeg's at {own.psnr:.2f} dB", "≤ 1",
                     f"{measured:.3f}" if measured else "beyond the qualities tried",
                     "–" if measured is None else "yes" if measured <= 1 else "no"])
    return "### What is asked\n\n" + table(["", "asked", "measured", "reached"], rows)


def quality_table(qualities: dict[str, tuple[Quality, list]]) -> str:
    rows = []
    for film, (own, others) in qualities.items():
        rows.append([f"{film}: talkie", f"{own.psnr:.2f}", f"{own.bytes / 1e3:.0f}"])
        rows += [[f"{film}: ffmpeg", f"{quality.psnr:.2f}", f"{quality.bytes / 1e3:.0f}"]
                 for quality in others]
    return "### Quality\n\n" + table(["", "luma PSNR dB", "pictures kB"], rows)


def first_line(command: list[str], pattern: str) -> str:
    """The first line that has it: tools greet with other things too."""
    found = re.search(f"^.*{pattern}.*$", text_of(command), re.MULTILINE)
    return found[0].strip().removesuffix(".") if found else "not installed"


def machine(talkie: str, runs: int, load: tuple[float, float]) -> str:
    with open("/proc/cpuinfo") as file:
        model = re.search(r"model name\s*: (.*)", file.read())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    versions = [
        first_line([talkie, "version"], r"\d"),
        first_line(["gst-launch-1.0", "--version"], r"GStreamer \d"),
        re.sub(r" Copyright.*", "", first_line(["ffmpeg", "-version"], r"ffmpeg version")),
        first_line(["melt", "--version"], r"melt \d"),
        "ges-launch-1.0 of " + first_line(["ges-launch-1.0", "--gst-version"], r"\d+\.\d+\.\d+"),
    ]
    return (f"{model[1] if model else platform.machine()}, {os.cpu_count()} cores, "
            f"{memory:.0f} GB, Linux {platform.release()}; {'; '.join(versions)}. "
            f"The fastest of {runs} runs each, one after the other in turn; load average "
            f"{load[0]:.1f} before the first and {load[1]:.1f} after the last.")
