// SPDX-License-Identifier: LGPL-2.1-or-later
// Which pieces of a Mermaid drawing are parts with a name, and in which order they come in: said by
// the member `part` of elements and leaves.
import {Bounds} from './geometry.js';

const withClass = (root, name) => root.filter(e => e.has(name));

// "d1-flowchart-A-0" -> "A"
const authorsId = (element, prefix) =>
    /^(?:flowchart|state|classId|entity|requirement)?-?(.*?)-\d+$/
        .exec(element.id.slice(prefix.length + 1))?.[1] ?? '';

// The edges of a drawing: their paths and labels, by the id that Mermaid gave them.
function edgeElements(root, prefix) {
  const found = new Map();
  const add = (id, element) => found.set(id, [...(found.get(id) ?? []), element]);
  for (const element of root.descendants()) {
    const id = element.getAttribute('data-id') ?? '';
    if (element.localName === 'path' && element.closest(e => e.has?.('edgePaths')))
      add(id || element.id.slice(prefix.length + 1), element);
    else if (element.has('label') && element.parentNode.has('edgeLabel'))
      add(id, element.parentNode);
  }
  return found;
}

function named(root, prefix, order = () => -1) {
  for (const node of withClass(root, 'node')) {
    const id = authorsId(node, prefix);
    if (id) node.part = {id, order: order(id)};
  }
}

function flowchart({root, db, prefix}) {
  const nodes = new Map([...db.getVertices().keys()].map((id, i) => [id, i]));
  const groups = new Map(db.getSubGraphs().map(group => [group.id, group.nodes]));
  const first = (id, depth = 0) => nodes.has(id) && !groups.has(id) ? nodes.get(id)
      : depth > 20 ? 0 : Math.min(...(groups.get(id) ?? []).map(inner => first(inner, depth + 1)));
  const orderOf = id => Number.isFinite(first(id)) ? first(id) : -1;
  named(root, prefix, orderOf);
  for (const frame of withClass(root, 'cluster')) {
    const id = frame.id.slice(prefix.length + 1);
    frame.part = {id, order: orderOf(id)};
  }
  const elements = edgeElements(root, prefix);
  for (const edge of db.getEdges()) {
    const part = {id: edge.isUserDefinedId ? edge.id : `${edge.start}-${edge.end}`,
                  order: Math.max(orderOf(edge.start), orderOf(edge.end))};
    for (const element of elements.get(edge.id) ?? []) element.part = part;
  }
}

// In the order in which things come from above: first who takes part, then what happens.
function sequence({root, drawing}) {
  const actors = [];
  const actor = id => {
    let part = actors.find(known => known.id === id);
    if (!part) actors.push(part = {id, order: 0});
    return part;
  };
  const byPlace = drawing.leaves
      .filter(({element}) => element.has('actor') || element.has('actor-line'))
      .sort((a, b) => a.bounds.left - b.bounds.left);
  for (const leaf of byPlace) {
    const owner = leaf.element.closest(e => e.getAttribute?.('data-id'));
    if (owner) leaf.part = actor(owner.getAttribute('data-id'));
  }
  // Left to right.
  const lefts = new Map();
  for (const leaf of byPlace)
    if (leaf.part) lefts.set(leaf.part, Math.min(lefts.get(leaf.part) ?? Infinity,
        (leaf.bounds.left + leaf.bounds.right) / 2));
  actors.sort((a, b) => lefts.get(a) - lefts.get(b)).forEach((part, i) => { part.order = i; });
  for (const leaf of drawing.leaves) {  // figures and names of actors
    const owner = leaf.element.closest(e => e.getAttribute?.('data-et') === 'participant');
    if (owner) leaf.part ??= actor(owner.getAttribute('data-id'));
  }
  sequenceEvents(drawing, actors.length);
}

function sequenceEvents(drawing, count) {
  const isEvent = ({element: e}) => e.has('messageLine0') || e.has('messageLine1') || e.has('note');
  const middle = bounds => (bounds.top + bounds.bottom) / 2;
  const place = leaf => leaf.bounds.bottom;
  const events = drawing.leaves.filter(isEvent).sort((a, b) => place(a) - place(b));
  const parts = events.map((leaf, i) => ({id: '', order: count + i}));
  events.forEach((leaf, i) => { leaf.part = parts[i]; });
  const frames = new Map();  // where the frame of a loop begins
  const frameOf = leaf =>
      leaf.element.closest(e => e.getAttribute?.('data-et') === 'control-structure');
  for (const leaf of drawing.leaves) {
    const frame = frameOf(leaf);
    if (frame) frames.set(frame, Math.min(frames.get(frame) ?? Infinity, leaf.bounds.top));
  }
  for (const leaf of drawing.leaves) {
    if (leaf.part || leaf.element.has('rect')) continue;
    const frame = frameOf(leaf);
    const section = leaf.element.has('sectionTitle') ||
        /dasharray/.test(leaf.element.getAttribute('style') ?? '');
    const y = frame && !section ? frames.get(frame)
        : leaf.line && !leaf.element.has('sequenceNumber') ? middle(leaf.bounds) : leaf.bounds.top;
    leaf.part = parts[events.findIndex(event => place(event) >= y - 1)] ?? parts.at(-1);
  }
}

function gantt({root, drawing, db, prefix}) {
  const orders = new Map(db.getTasks().map((task, i) => [task.id, i]));
  const rows = [];
  for (const leaf of drawing.leaves) {
    const id = leaf.element.id.slice(prefix.length + 1).replace(/-text$/, '');
    if (!orders.has(id)) continue;
    leaf.part = rows[orders.get(id)]?.part ?? {id, order: orders.get(id)};
    rows[orders.get(id)] ??= {part: leaf.part, bounds: leaf.bounds};
  }
  // The name of a section comes in with its first task.
  for (const leaf of drawing.leaves.filter(one => one.element.has('sectionTitle') ||
      one.element.parentNode?.has('sectionTitle'))) {
    const section = leaf.words;
    const index = db.getTasks().findIndex(task => task.section === section);
    leaf.part = rows[index]?.part ? {id: section, order: index} : undefined;
  }
}

function mindmap({root, prefix}) {
  const number = element => /node_(\d+)$/.exec(element.id)?.[1];
  for (const node of withClass(root, 'mindmap-node'))
    if (number(node)) node.part = {id: node.textContent.trim(), order: Number(number(node))};
  for (const [id, elements] of edgeElements(root, prefix)) {
    const end = /_(\d+)$/.exec(id)?.[1];
    for (const element of elements) if (end) element.part = {id: '', order: Number(end)};
  }
}

function state({root, prefix}) {
  named(root, prefix);
  for (const frame of withClass(root, 'statediagram-cluster'))
    frame.part = {id: frame.getAttribute('data-id') ?? '', order: -1};
}

function pie({root, db}) {
  const names = [...db.getSections().keys()];
  const slices = withClass(root, 'pieCircle'), shares = withClass(root, 'slice');
  const rows = withClass(root, 'legend');
  const fillOf = e => (e.getAttribute('fill') ?? '') + (e.getAttribute('style') ?? '');
  rows.forEach((row, i) => {
    const part = {id: names[i], order: i, words: names[i]};
    row.part = part;
    const colour = row.find(e => e.localName === 'rect');
    const index = slices.findIndex(slice => fillOf(colour).includes(slice.getAttribute('fill')));
    if (index >= 0) slices[index].part = part;
    if (shares[index]) shares[index].part = part;
  });
}

function cards({root, prefix}) {
  for (const node of withClass(root, 'node'))
    if (node.id.startsWith(prefix)) node.part = {id: node.id.slice(prefix.length + 1), order: -1};
}

const kArrangements = {
  'flowchart-v2': flowchart, flowchart, 'flowchart-elk': flowchart, sequence, gantt, mindmap, pie,
  stateDiagram: state, state, class: ({root, prefix}) => named(root, prefix),
  classDiagram: ({root, prefix}) => named(root, prefix),
  er: ({root, prefix}) => named(root, prefix),
  requirement: ({root, prefix}) => named(root, prefix), kanban: cards,
};

// `scene` is {kind, root, drawing, db, prefix}.
export function arrange(scene) { kArrangements[scene.kind]?.(scene); }
