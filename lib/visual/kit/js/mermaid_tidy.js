// SPDX-License-Identifier: LGPL-2.1-or-later
// What no setting of Mermaid reaches: pieces of its drawings put right before they are flattened.
import {mix} from './colour.js';
import {matrixOf, number} from './geometry.js';
import {Element} from './xml.js';

const setStyle = (element, text) =>
    element.setAttribute('style', `${element.getAttribute('style') ?? ''};${text}`);

// Without actors below, lifelines end far away.
function sequence(root, look) {
  let end = 0;
  for (const e of root.descendants()) {
    if (e.has('actor-line')) continue;
    end = Math.max(end, number(e, 'y1'), number(e, 'y2'), number(e, 'y') + number(e, 'height'));
  }
  for (const line of root.filter(e => e.has('actor-line'))) {
    line.setAttribute('y2', end + 20);
    setStyle(line, 'stroke-width:1.5px;stroke-dasharray:4 5');
  }
  for (const text of root.filter(e => e.has('sequenceNumber'))) {
    const [x, y] = [number(text, 'x'), number(text, 'y')];
    const disc = new Element('circle', {class: 'sequenceNumber', cx: x, cy: y - 4, r: 10,
                                        style: `fill:${look.accent}`}, text.parentNode);
    const siblings = text.parentNode.childNodes;
    siblings.splice(siblings.indexOf(text), 0, disc);
    setStyle(text, `font-size:13px;font-weight:600;fill:${look.ground}`);
  }
  for (const e of root.filter(e => e.has('messageLine0') || e.has('messageLine1')))
    setStyle(e, 'stroke-width:2px');
}

function sankey(root, look) {
  const colours = new Map();
  const own = colour => {
    if (!colours.has(colour)) colours.set(colour, look.series[colours.size % look.series.length]);
    return colours.get(colour);
  };
  for (const rect of root.filter(e => e.localName === 'rect' && e.parentNode.has('node')))
    rect.setAttribute('fill', own(rect.getAttribute('fill')));
  for (const stop of root.filter(e => e.localName === 'stop'))
    stop.setAttribute('stop-color', own(stop.getAttribute('stop-color')));
  const links = root.find(e => e.has('links'));
  links.remove();
  root.childNodes.unshift(links);
  links.parentNode = root;
  for (const text of root.filter(e => e.localName === 'text')) {
    text.setAttribute('font-size', 16);
    text.setAttribute('dy', '0.35em');
    text.textContent = text.textContent.replace('\n', '  ');
  }
}

function architecture(root, look) {
  for (const path of root.filter(e => ['path', 'rect'].includes(e.localName) &&
      /#087ebf/i.test((e.getAttribute('style') ?? '') + e.getAttribute('fill')))) {
    path.setAttribute('style', '');
    path.setAttribute('fill', look.surface);
  }
  for (const e of root.descendants())
    for (const name of ['fill', 'stroke', 'style']) {
      const value = e.getAttribute(name);
      if (value && /#fff(fff)?\b|white/i.test(value))
        e.setAttribute(name, value.replace(/#fff(fff)?\b|white/gi, look.accent));
    }
  for (const text of root.filter(e => e.localName === 'text')) text.halo = look.ground;
  // Edges behind the services.
  const edges = root.find(e => e.has('architecture-edges'));
  if (edges) {
    edges.remove();
    root.childNodes.unshift(edges);
    edges.parentNode = root;
  }
}

function c4(root, look) {
  for (const shape of root.filter(e => e.has('c4-shape'))) {
    const stroke = shape.has('c4-external') ? look.muted : look.accent;
    for (const e of shape.descendants()) {
      if (e.localName === 'text') setStyle(e, `fill:${look.text} !important`);
      else if (/fill:\s*#/.test(e.getAttribute('style') ?? ''))
        setStyle(e, `fill:${look.surface} !important;stroke:${stroke} !important;stroke-width:2px`);
    }
  }
  // The title stands far above the shapes.
  const tops = root.filter(e => e.has('c4-shape'))
      .map(shape => matrixOf(shape.parentNode.getAttribute('transform'))[5]);
  const title = root.children.findLast(e => e.localName === 'text');
  if (title && tops.length) title.setAttribute('y', Math.min(...tops) - 130);
  for (const e of root.filter(e => !e.closest(x => x.has?.('c4-shape')))) {
    if (e.localName === 'text' && e !== title) {
      e.halo = look.ground;
      setStyle(e, 'font-size:14px !important');
    }
    if (!/#444444/.test(e.getAttribute('stroke') ?? '')) continue;
    e.setAttribute('stroke', look.muted);
    e.setAttribute('stroke-width', 2);
  }
}

const move = (root, name, y) => {
  for (const text of root.filter(e => e.has(name))) text.setAttribute('y', y);
};
const radar = root => {
  for (const text of root.filter(e => e.has('radarTitle')))
    text.setAttribute('y', number(text, 'y') - 36);
};

function kanban(root) {
  for (const e of root.filter(e => e.localName === 'text' && e.closest(x => x.has?.('cluster-label'))))
    setStyle(e, 'font-weight:600');
}

function mindmap(root) {
  for (const text of root.filter(e => e.localName === 'text' && e.closest(x => x.has?.('mindmap-node'))))
    if (text.closest(e => e.has('mindmap-node')).find(e => e.localName === 'circle'))
      text.setAttribute('text-anchor', 'middle');
}

function gantt(root, look) {
  root.find(e => e.has('today'))?.remove();
  for (const tick of root.filter(e => e.has('tick')))
    for (const line of tick.children.filter(e => e.localName === 'line'))
      setStyle(line, `stroke:${mix(look.muted, look.ground, 0.22)};opacity:1`);
  for (const text of root.filter(e => e.localName === 'text' && e.parentNode.has('tick'))) {
    text.setAttribute('font-size', 14);
    text.setAttribute('fill', look.muted);
    setStyle(text, `font-size:14px;stroke:none;fill:${look.muted}`);
  }
}

const packet = root => move(root, 'packetTitle', -14);

const kTidy = {radar, packet, sequence, sankey, architecture, c4, kanban, mindmap, gantt};

export function tidy(kind, root, look, room) { kTidy[kind]?.(root, look, room); }
