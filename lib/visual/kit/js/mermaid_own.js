// SPDX-License-Identifier: LGPL-2.1-or-later
// Timelines and journeys from Mermaid's reading of them, drawn by us: as wide as the room, with
// text as large as everywhere else.
import {mix} from './colour.js';
import {widthOf, wrapped} from './text.js';
import {Element} from './xml.js';

const kLine = 21;      // from baseline to baseline
const kGap = 14;       // between columns
const kSmallest = 128;  // width of a column

class Sheet {
  constructor(look) {
    this.root = new Element('svg');
    this.look = look;
  }
  add(part, name, attributes) {
    const element = new Element(name, {});
    for (const [key, value] of Object.entries(attributes))
      element.setAttribute(key.replace(/[A-Z]/g, c => '-' + c.toLowerCase()), value);
    if (part) element.part = part;
    this.root.append(element);
    return element;
  }
  // Lines centred at x, the first baseline at y.
  text(part, lines, x, y, {px = 16, weight = 400, fill = this.look.text} = {}) {
    lines.forEach((line, i) => {
      this.add(part, 'text', {x, y: y + i * kLine, textAnchor: 'middle', fontSize: px,
                              fontWeight: weight, fill}).textContent = line;
    });
  }
  font(px, weight = 400) { return {family: this.look.family, px, weight, italic: false}; }
  soft(i) { return mix(this.series(i), this.look.ground, 0.24); }
  series(i) { return this.look.series[i % this.look.series.length]; }
  title(words, width) {
    if (!words) return 0;
    this.text(null, [words], width / 2, 20, {px: 20, weight: 600});
    return 50;
  }
}

// Neighbours of one section: {name, first, count}.
function sectionsOf(tasks) {
  const sections = [];
  tasks.forEach((task, i) => {
    if (sections.at(-1)?.name === task.section) ++sections.at(-1).count;
    else sections.push({name: task.section, first: i, count: 1});
  });
  return sections;
}

const titleOf = db => db.getDiagramTitle?.() ?? db.getCommonDb?.().getDiagramTitle?.() ?? '';

function bands(sheet, sections, column, y, partOf) {
  if (!sections.some(section => section.name)) return y;
  const font = sheet.font(16, 600);
  const lines = sections.map(({name, count}) => wrapped(name ?? '', font, column * count - 2 * kGap));
  const height = Math.max(...lines.map(all => all.length)) * kLine + 15;
  sections.forEach(({name, first, count}, i) => {
    const x = first * column + kGap / 2, width = count * column - kGap;
    const part = partOf(first, name);
    sheet.add(part, 'rect', {x, y, width, height, rx: 8, fill: sheet.soft(i)});
    sheet.text(part, lines[i], x + width / 2, y + 23, {weight: 600});
  });
  return y + height + 14;
}

export function drawTimeline(db, look, room) {
  const sheet = new Sheet(look), tasks = db.getTasks(), sections = sectionsOf(tasks);
  const column = Math.max(kSmallest, Math.min(room.width / Math.max(tasks.length, 1), 260));
  const parts = tasks.map((task, i) => ({id: task.task, order: i}));
  const start = bands(sheet, sections, column, sheet.title(titleOf(db), column * tasks.length),
      (first, name) => ({id: name, order: first}));
  const colourOf = i => sections.some(s => s.name)
      ? sections.findIndex(s => i >= s.first && i < s.first + s.count) : i;
  const heads = tasks.map(task => wrapped(task.task, sheet.font(20, 700), column - kGap));
  const tallest = Math.max(1, ...heads.map(lines => lines.length));
  const axis = start + tallest * kLine + 26;
  sheet.add(null, 'line', {x1: 0, x2: column * tasks.length, y1: axis, y2: axis,
                           stroke: mix(look.muted, look.ground, 0.5), strokeWidth: 3,
                           strokeLinecap: 'round'});
  tasks.forEach((task, i) => {
    const x = (i + 0.5) * column, part = parts[i], colour = sheet.series(colourOf(i));
    const head = heads[i];
    sheet.text(part, head, x, axis - 22 - (head.length - 1) * kLine, {px: 20, weight: 700});
    let y = axis + 30;
    const boxes = task.events.map(event => wrapped(event, sheet.font(16), column - kGap - 24));
    if (boxes.length)
      sheet.add(part, 'line', {x1: x, x2: x, y1: axis, y2: y, stroke: colour, strokeWidth: 2.5});
    sheet.add(part, 'circle', {cx: x, cy: axis, r: 8, fill: colour, stroke: look.ground,
                               strokeWidth: 3});
    for (const lines of boxes) {
      const height = lines.length * kLine + 15;
      sheet.add(part, 'rect', {x: x - (column - kGap) / 2, y, width: column - kGap, height, rx: 8,
                               fill: look.surface, stroke: colour, strokeWidth: 1.5});
      sheet.text(part, lines, x, y + 23);
      y += height + 10;
    }
  });
  return sheet.root;
}

// From 1, bad, to 5, good.
function face(sheet, part, x, y, score) {
  const {look} = sheet, share = (score - 1) / 4;
  const fill = share < 0.5 ? mix(look.accent_2, look.negative, share * 2)
      : mix(look.positive, look.accent_2, share * 2 - 1);
  const ink = look.ground, bend = (share - 0.5) * 16;
  sheet.add(part, 'circle', {cx: x, cy: y, r: 17, fill, stroke: look.ground, strokeWidth: 3});
  for (const side of [-6, 6]) sheet.add(part, 'circle', {cx: x + side, cy: y - 4, r: 2.2, fill: ink});
  sheet.add(part, 'path', {d: `M${x - 7} ${y + 6 - bend / 4}Q${x} ${y + 6 + bend * 0.75} ${x + 7} ${
      y + 6 - bend / 4}`, fill: 'none', stroke: ink, strokeWidth: 2.2, strokeLinecap: 'round'});
}

function legend(sheet, actors, y, width) {
  const font = sheet.font(16);
  const widths = actors.map(name => widthOf(name, font) + 44);
  let x = (width - widths.reduce((a, b) => a + b, 0)) / 2;
  actors.forEach((name, i) => {
    sheet.add(null, 'circle', {cx: x + 8, cy: y, r: 7, fill: sheet.series(i)});
    const text = sheet.add(null, 'text', {x: x + 22, y: y + 6, fontSize: 16, fill: sheet.look.text});
    text.textContent = name;
    x += widths[i];
  });
}

export function drawJourney(db, look, room) {
  const sheet = new Sheet(look), tasks = db.getTasks(), sections = sectionsOf(tasks);
  const actors = db.getActors();
  const column = Math.max(kSmallest, Math.min(room.width / Math.max(tasks.length, 1), 220));
  const width = column * tasks.length;
  const parts = tasks.map((task, i) => ({id: task.task, order: i}));
  const start = bands(sheet, sections, column, sheet.title(titleOf(db), width),
      (first, name) => ({id: name, order: first}));
  const heads = tasks.map(task => wrapped(task.task, sheet.font(16), column - kGap));
  const top = start + Math.max(1, ...heads.map(lines => lines.length)) * kLine + 38;
  const step = Math.max(34, Math.min(52, (room.height - top - 90) / 4));
  const yOf = score => top + (5 - score) * step;
  for (let score = 1; score <= 5; ++score)
    sheet.add(null, 'line', {x1: 0, x2: width, y1: yOf(score), y2: yOf(score),
                             stroke: mix(look.muted, look.ground, 0.2), strokeWidth: 1});
  tasks.forEach((task, i) => {
    const x = (i + 0.5) * column, y = yOf(task.score), part = parts[i];
    sheet.text(part, heads[i], x, start + 18);
    if (i > 0)
      sheet.add(part, 'line', {x1: x - column, y1: yOf(tasks[i - 1].score), x2: x, y2: y,
                               stroke: look.muted, strokeWidth: 2, strokeDasharray: '2 7',
                               strokeLinecap: 'round'});
  });
  tasks.forEach((task, i) => {
    const x = (i + 0.5) * column;
    face(sheet, parts[i], x, yOf(task.score), task.score);
    const people = task.people.map(name => actors.indexOf(name)).filter(at => at >= 0);
    people.forEach((at, k) => sheet.add(parts[i], 'circle',
        {cx: x + (k - (people.length - 1) / 2) * 18, cy: yOf(1) + 36, r: 7, fill: sheet.series(at)}));
  });
  if (actors.length) legend(sheet, actors, yOf(1) + 72, width);
  return sheet.root;
}
