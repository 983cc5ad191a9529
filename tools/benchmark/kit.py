# SPDX-License-Identifier: LGPL-2.1-or-later
"""The tables of drawings and of what moves: bench-kit, run as often as everything else."""

import json
from dataclasses import dataclass, field
from pathlib import Path

from benchmark.measure import run
from benchmark.report import table
from benchmark.scripts import Film, movement

KINDS = {"mermaid": "a Mermaid flowchart of 12 nodes", "math": "a formula of three lines",
         "chart": "a bar chart of three series", "code": "30 lines of Python",
         "dot": "a Graphviz graph of 11 nodes"}
MOST_FIRST, MOST_LATER = 0.5, 0.15  # seconds
MOST_FRAME = 4  # ms
ASKED_TO_MOVE = ("code", "chart")


@dataclass
class KitBench:
    """What bench-kit said, each time."""
    program: Path
    folder: Path
    kinds: dict[str, list[dict]] = field(default_factory=dict)
    scenes: list[list[dict]] = field(default_factory=list)

    def __post_init__(self):
        self.script = Film("movement", movement(), "").write(self.folder / "script")

    def run_round(self) -> None:
        for kind in KINDS:
            self.kinds.setdefault(kind, []).append(self._said(kind))
        self.scenes.append(self._said("--frames", str(self.script)))

    def _said(self, *arguments: str):
        output = self.folder / "said.json"
        run([str(self.program), *arguments], self.folder / "run.log", output=output)
        return json.loads(output.read_text())

    def tables(self) -> str:
        return ("### Drawings\n\n" + self._drawings() +
                "\n\n### Frames in which something moves\n\n" + self._frames())

    def _drawings(self) -> str:
        def least(kind: str, which: str, cost: str) -> float:
            return min(said[which][cost] for said in self.kinds[kind])

        rows = []
        for kind, says in KINDS.items():
            first, later = least(kind, "first", "cpu"), least(kind, "later", "cpu")
            wall = [least(kind, which, "wall") for which in ("first", "later")]
            rows.append([says, f"{first:.3f}", f"{wall[0]:.3f}", f"{later:.3f}", f"{wall[1]:.3f}",
                         "yes" if first <= MOST_FIRST and later <= MOST_LATER else "no"])
        return table(["", "first: CPU s", "wall s", "later: CPU s", "wall s",
                      f"≤ {MOST_FIRST} and ≤ {MOST_LATER} s of CPU"], rows)

    def _frames(self) -> str:
        rows = []
        for runs in zip(*self.scenes):
            best = min(runs, key=lambda scene: scene["mean_ms"])
            asked = best["scene"] in ASKED_TO_MOVE
            rows.append([best["scene"], str(best["frames"]), f"{best['mean_ms']:.2f}",
                         f"{best['worst_ms']:.2f}", f"≤ {MOST_FRAME}" if asked else "–",
                         "–" if not asked else "yes" if best["mean_ms"] <= MOST_FRAME else "no"])
        return table(["scene", "frames", "mean ms", "slowest ms", "asked", "reached"], rows)
