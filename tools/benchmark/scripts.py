# SPDX-License-Identifier: LGPL-2.1-or-later
"""The scripts that are rendered: films about the chemical elements, written from elements.tsv.

Every scene has words and a page of its own, so that nothing in a film can be made once and used
twice."""

from dataclasses import dataclass
from pathlib import Path

from benchmark import visuals

HEADER = """---
title: {title}
language: en
size: 1080p
fps: 30
theme: ink
transition: {transition}
captions: none
voice-speed: 1.2
---
"""


@dataclass(frozen=True)
class Element:
    number: int
    symbol: str
    name: str
    found: str  # "found in 1766 by Henry Cavendish"
    use: str  # "fertiliser and fuel cells"
    fact: str  # a sentence

    @property
    def narration(self) -> str:
        return (f"Next comes {self.name.lower()}. It is element number {self.number}. {self.fact} "
                f"It was {self.found}, and today it is used in {self.use}.")

    @property
    def discovery(self) -> str:
        return self.found[0].upper() + self.found[1:]

    @property
    def picture(self) -> str:
        """The element's tile of the periodic table, as SVG."""
        return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 600">
<defs><linearGradient id="g" x1="0" y1="0" x2="1" y2="1">
<stop offset="0" stop-color="hsl({self.number * 47 % 360}, 70%, 58%)"/>
<stop offset="1" stop-color="hsl({self.number * 47 % 360 + 50}, 60%, 34%)"/></linearGradient></defs>
<rect x="20" y="20" width="560" height="560" rx="40" fill="url(#g)"/>
<g font-family="Inter" fill="white" text-anchor="middle">
<text x="300" y="360" font-size="230" font-weight="700">{self.symbol}</text>
<text x="300" y="490" font-size="64">{self.name}</text>
<text x="110" y="130" font-size="72">{self.number}</text></g></svg>
"""


def read_elements() -> list[Element]:
    lines = Path(__file__).with_name("elements.tsv").read_text().splitlines()
    return [Element(number, *line.split("\t")) for number, line in enumerate(lines, 1)]


def whole_page(element: Element) -> str:
    """A page that is there at once: each layout without builds in turn."""
    name = element.name
    return (f"## {name}\n\n(layout: section)\n(subtitle: \"{element.discovery}\")",
            f"(kicker: {name})\n(statement: \"{element.fact}\")",
            f"## {element.number}\n\n(layout: number)\n"
            f"(subtitle: the atomic number of {name.lower()})",
            f"## {name}\n\n![contain The tile of {name.lower()}]({element.symbol}.svg)",
            )[element.number % 4]


def built_page(element: Element) -> str:
    """A page whose points come in one by one, with the words that speak of them."""
    return (f"## {element.name}\n\n- Element number {element.number}\n- {element.discovery}\n"
            f"- Used in {element.use}")


def script(title: str, transition: str, scenes: list[tuple[str, str]]) -> str:
    return (HEADER.format(title=title, transition=transition) +
            "".join(f"\n---\n\n{page}\n\n{narration}\n" for page, narration in scenes))


def slides(count: int) -> str:
    return script("Elements", "crossfade 0.5",
                  [(whole_page(e), e.narration) for e in read_elements()[:count]])


def builds(count: int) -> str:
    return script("Elements, point by point", "crossfade 0.5",
                  [(built_page(e), e.narration) for e in read_elements()[:count]])


def motion(count: int) -> str:
    """The crossfades are longer than the scenes: hardly two frames are the same. The last one ends
    before the film fades out."""
    pages = [whole_page(element) for element in read_elements()[:count]]
    pages[-1] += "\n\n(transition: crossfade 2)"
    return script("Elements in motion", "crossfade 5",
                  [(page, f"{element.name} is element number {element.number}.")
                   for page, element in zip(pages, read_elements())])


def visual_pages(count: int) -> str:
    return script("Elements, seen", "crossfade 0.5", visuals.pages(read_elements()[:count]))


def movement() -> str:
    return script("Elements that move", "cut", visuals.moving_pages(read_elements()))


# A word is changed in the middle of a film. Each replaces what stands in exactly one scene.
EDIT_SPOKEN = ("Next comes zinc", "Then comes zinc")
EDIT_SEEN = ("the atomic number of zinc", "the proper number of zinc")


@dataclass(frozen=True)
class Film:
    name: str
    text: str
    says: str  # of its scenes, for the table
    edits: tuple = ()
    alone: bool = False  # other tools do not make it

    def write(self, folder: Path) -> Path:
        """The script, and its pictures beside it."""
        folder.mkdir(parents=True, exist_ok=True)
        for element in read_elements():
            (folder / f"{element.symbol}.svg").write_text(element.picture)
        path = folder / f"{self.name}.md"
        path.write_text(self.text)
        return path


def films(scenes: int | None = None) -> dict[str, Film]:
    """All of them. `scenes`: so few scenes at most, to try the bench itself."""
    def at_most(count: int) -> int:
        return min(count, scenes or count)

    all_films = [
        Film("slides-12", slides(at_most(12)), "crossfades, no builds"),
        Film("builds-12", builds(at_most(12)), "crossfades, points that come in one by one"),
        Film("slides-60", slides(at_most(60)), "crossfades, no builds",
             edits=(("a spoken word edited", EDIT_SPOKEN), ("a word on a page edited", EDIT_SEEN))),
        Film("bullets-60", builds(at_most(60)), "bullets only, that come in one by one",
             alone=True),
        Film("visuals-60", visual_pages(at_most(60)), "a visual of another kind on each page",
             alone=True),
        Film("motion", motion(at_most(24)), "each crossfaded from its first frame to its last"),
    ]
    return {film.name: film for film in all_films}
