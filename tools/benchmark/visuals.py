# SPDX-License-Identifier: LGPL-2.1-or-later
"""Pages of every kind about the chemical elements: diagrams, formulas, charts, code, terminals,
pictures, tables and all that moves."""

from collections.abc import Sequence


def flowchart(e) -> str:
    return f"""```mermaid
flowchart LR
  ore[Ore of {e.name.lower()}] --> mill{{Mill}}
  mill --> fine[Fine] --> wash(Wash)
  mill --> coarse[Coarse] --> mill
  wash --> melt[[Melt]] --> use([{e.symbol}])
```"""


def sequence(e) -> str:
    return f"""```mermaid
sequenceDiagram
  participant R as Reader
  participant B as Book
  R->>B: What is element {e.number}?
  B-->>R: {e.name}
  R->>B: And its symbol?
  B-->>R: {e.symbol}
```"""


def mindmap(e) -> str:
    return f"""```mermaid
mindmap
  root(({e.name}))
    Symbol
      {e.symbol}
    Number
      {e.number}
    In words
      An element
```"""


def gantt(e) -> str:
    return f"""```mermaid
gantt
  title Finding {e.name.lower()}
  dateFormat YYYY-MM-DD
  section Work
    Looking :a, 2024-01-01, {10 + e.number}d
    Finding :b, after a, 12d
  section Words
    Writing :after b, 20d
```"""


def states(e) -> str:
    return f"""```mermaid
stateDiagram-v2
  [*] --> Solid
  Solid --> Liquid: {e.name} melts
  Liquid --> Gas: it boils
  Gas --> [*]
```"""


def entities(e) -> str:
    return f"""```mermaid
erDiagram
  ELEMENT ||--o{{ ISOTOPE : has
  ELEMENT {{
    string name
    int number_{e.number}
  }}
```"""


def pie(e) -> str:
    return f"""```mermaid
pie title Where {e.name.lower()} is
  "Crust" : {20 + e.number}
  "Sea" : 12
  "Air" : {5 + e.number % 9}
```"""


def dot(e) -> str:
    return f"""```dot
digraph {{ rankdir=LR; ore -> {e.name} -> {{tool lamp wire}}; wire -> cable }}
```"""


def formula(e) -> str:
    return f"""$$
E_{{{e.number}}} = mc^2 \\\\
\\lambda = \\frac{{h}}{{mv}} \\\\
\\sum_{{n=1}}^{{{e.number}}} n = \\frac{{n(n+1)}}{{2}}
$$"""


def bars(e) -> str:
    return f"""```chart
type: bar
title: {e.name}, in tonnes
---
year,mined,used,kept
2021,{20 + e.number},18,7
2022,{24 + e.number},21,9
2023,{30 + e.number},29,6
```"""


def line(e) -> str:
    return f"""```chart
type: line
title: Price of {e.name.lower()}
---
month,price
January,{e.number + 8}
February,{e.number + 6}
March,{e.number + 11}
April,{e.number + 13}
```"""


def points(e) -> str:
    return f"""```vega-lite
{{"mark": "point", "data": {{"values": [{{"mass": 1, "heat": {e.number}}},
 {{"mass": 4, "heat": 12}}, {{"mass": 9, "heat": 30}}, {{"mass": 12, "heat": 41}}]}},
 "encoding": {{"x": {{"field": "mass", "type": "quantitative"}},
              "y": {{"field": "heat", "type": "quantitative"}}}}}}
```"""


def code(e) -> str:
    return f"""```python {{1-2|4|all}}
class {e.name}:
    number = {e.number}

    def symbol(self):
        return "{e.symbol}"
```"""


def morph(e) -> str:
    return f"""````md magic-move
```js
let total = {e.number};
for (const n of numbers) total += n;
```
```js
const total = numbers.reduce((a, b) => a + b, {e.number});
```
````"""


def terminal(e) -> str:
    return f"""```terminal
$ element {e.number}
{e.name} ({e.symbol})
```"""


def table(e) -> str:
    return f"""| | {e.name} |
| --- | --- |
| symbol | {e.symbol} |
| number | {e.number} |"""


def picture(e) -> str:
    return f"![contain The tile of {e.name.lower()}]({e.symbol}.svg)"


def slow_picture(e) -> str:
    return f"![cover panzoom The tile of {e.name.lower()}]({e.symbol}.svg)"


def quote(e) -> str:
    return f"> {e.fact}\n>\n> The book of {e.name.lower()}\n"


def timeline(e) -> str:
    return f"""(layout: timeline)

- 1700: Nobody knows {e.name.lower()}
- 1800: Somebody looks
- 1900: All know it"""


def compared(e) -> str:
    return f"""### Before

- No {e.name.lower()}
- No number {e.number}

### After

- {e.symbol} is found"""


KINDS = (flowchart, formula, bars, code, terminal, dot, sequence, table, picture, line, morph,
         mindmap, quote, points, gantt, timeline, states, entities, pie, compared)


def pages(elements: Sequence) -> list[tuple[str, str]]:
    """A page of each kind in turn, and what is said."""
    return [(f"## {e.name}\n\n{KINDS[i % len(KINDS)](e)}", e.narration)
            for i, e in enumerate(elements)]


LONG_CODE = """def reading(file, limit={n}):
    lines = []
    for line in file:
        name, value = line.strip().split(",")
        if float(value) > limit:
            lines.append((name, float(value)))
    return sorted(lines, key=lambda pair: pair[1])"""
SHORT_CODE = """def reading(file, limit={n}):
    pairs = (line.strip().split(",") for line in file)
    found = [(name, float(value)) for name, value in pairs
             if float(value) > limit]
    return sorted(found, key=lambda pair: pair[1])"""


def moving_pages(elements: Sequence) -> list[tuple[str, str]]:
    """What moves, each kind alone on its page."""
    e = elements[0]
    code_morph = (f"````md magic-move\n```python\n{LONG_CODE.format(n=12)}\n```\n"
                  f"```python\n{SHORT_CODE.format(n=12)}\n```\n````")
    return [
        (f"## Code\n\n{code_morph}", e.narration),
        (f"## Chart\n\n{bars(e)}", e.narration),
        (f"## Lines\n\n{line(e)}", e.narration),
        (f"## Diagram\n\n{flowchart(e)}", e.narration),
        (f"## Camera\n\n(camera: panzoom)\n\n{table(e)}", e.narration),
        (slow_picture(e), e.narration),
        (f"## Terminal\n\n{terminal(e)}", e.narration),
    ]
