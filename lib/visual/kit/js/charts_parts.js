// SPDX-License-Identifier: LGPL-2.1-or-later
// Which pieces of a chart are parts: bars by their category, lines by their series, slices, points.
// Axes, grid and legend are there from the start.

// "Quarter: Q1; Sales: 4; Region: North" as pairs.
const described = element => (element.getAttribute('aria-label') ?? '').split('; ')
    .map(pair => {
      const colon = pair.indexOf(': ');
      return colon < 0 ? ['', pair] : [pair.slice(0, colon), pair.slice(colon + 2)];
    });

const isNumber = text => text.trim() !== '' && /^[-−+]?[\d.,\s\u00a0\u202f'%]+$/.test(text);

const kKinds = /\bmark-(rect|arc|line|area|trail|symbol|text|rule|shape)\b/;

function markOf(leaf) {
  const group = leaf.element.closest(e => kKinds.test(e.getAttribute?.('class') ?? ''));
  if (!group || !/\brole-mark\b/.test(group.getAttribute('class'))) return null;
  return {kind: kKinds.exec(group.getAttribute('class'))[1], group};
}

// The encodings of a view and of the views in it.
function* encodings(spec) {
  if (spec.encoding) yield spec.encoding;
  for (const inner of [...(spec.layer ?? []), spec.spec].filter(Boolean)) yield* encodings(inner);
}
const channel = (spec, name) => [...encodings(spec)].map(e => e[name]).find(c => c?.field);
const isDiscrete = c => c && ['nominal', 'ordinal'].includes(c.type);

// Each leaf's part, found by what its mark is about.
export function arrange(drawing, spec) {
  const colour = channel(spec, 'color') ?? channel(spec, 'detail') ?? channel(spec, 'strokeDash');
  const series = colour && (colour.title ?? colour.legend?.title ?? colour.field);
  const sideways = isDiscrete(channel(spec, 'y')) && !isDiscrete(channel(spec, 'x'));
  const marks = drawing.leaves.map(markOf);
  const hasBars = marks.some(mark => mark?.kind === 'rect');
  const parts = new Map();

  const aboutOf = element => {
    const pairs = described(element).filter(([name, value]) => name && !isNumber(value));
    const own = pairs.find(([name]) => name === series || name === colour?.field);
    const other = pairs.find(([name]) => name !== own?.[0]);
    return {series: own?.[1] ?? '', category: other?.[1] ?? own?.[1] ?? ''};
  };
  const wordsOf = (kind, about) => {
    if (kind === 'line' || kind === 'area' || kind === 'trail') return about.series;
    if (kind === 'symbol') return about.series;
    if (kind === 'text' && !hasBars) return about.series || about.category;
    return about.category;
  };
  const partOf = leaf => {
    const mark = markOf(leaf);
    if (!mark || mark.kind === 'rule') return null;
    const words = wordsOf(mark.kind, aboutOf(leaf.element));
    const enter = {rect: sideways ? 'grow_right' : 'grow_up', line: 'grow_right',
                   area: 'grow_right', trail: 'grow_right'}[mark.kind] ?? 'fade';
    if (!parts.has(words)) parts.set(words, {id: words, order: parts.size, entered: new Map()});
    const part = parts.get(words);
    if (!part.entered.has(enter))
      part.entered.set(enter, {id: words, order: part.order, enter, words});
    return part.entered.get(enter);
  };
  const owners = new Map(drawing.leaves.map(leaf => [leaf, partOf(leaf)]));
  return leaf => owners.get(leaf);
}

export const hasValueTitle = spec => {
  const y = channel(spec, 'y');
  if (!y || y.axis === null) return false;
  return (y.axis === undefined ? y.title : y.axis.title ?? y.title) !== null;
};

// Bars of one part beside each other, so that they grow as one.
export function inOrder(drawing, partOf) {
  const {leaves} = drawing;
  const kindOf = leaf => markOf(leaf)?.kind;
  for (let begin = 0; begin < leaves.length;) {
    const kind = kindOf(leaves[begin]);
    let end = begin + 1;
    while (end < leaves.length && kindOf(leaves[end]) === kind) ++end;
    if (kind === 'rect' || kind === 'text') {
      const sorted = leaves.slice(begin, end)
          .sort((a, b) => (partOf(a)?.order ?? -1) - (partOf(b)?.order ?? -1));
      leaves.splice(begin, end - begin, ...sorted);
    }
    begin = end;
  }
}
