// SPDX-License-Identifier: LGPL-2.1-or-later
// Where the lines of a <text> stand, and how wide they are, as librsvg will draw them.
import {Bounds} from './geometry.js';

// The theme's, which all text is set in, whatever its library or author asked for.
let usual = {family: 'sans-serif', mono: 'monospace', px: 16};
export function setUsualFont(font) {
  usual = {...usual, ...font};
  known.clear();
}
export const usualFont = () => usual;

function pixels(value, parent) {
  const n = parseFloat(value);
  if (!Number.isFinite(n)) return parent;
  if (/r?em$/.test(value)) return n * (/rem$/.test(value) ? usual.px : parent);
  if (/%$/.test(value)) return n / 100 * parent;
  if (/pt$/.test(value)) return n * 4 / 3;
  return n;
}

function sizeOf(element, sheet) {
  if (element?.nodeType !== 1) return usual.px;
  const own = sheet.own(element)['font-size'];
  if (!own || own === 'inherit') return sizeOf(element.parentNode, sheet);
  const plain = sheet.resolve(own, element);
  return /(em|%)$/.test(plain) ? pixels(plain, sizeOf(element.parentNode, sheet))
      : pixels(plain, usual.px);
}

export function fontOf(element, sheet) {
  const weight = sheet.get(element, 'font-weight') ?? '400';
  return {
    family: /mono|courier|consol/i.test(sheet.get(element, 'font-family') ?? '')
        ? usual.mono : usual.family,
    px: sizeOf(element, sheet),
    weight: /bold/.test(weight) ? 700 : parseInt(weight, 10) || 400,
    italic: /italic|oblique/.test(sheet.get(element, 'font-style') ?? ''),
  };
}

// The host is asked once for each text of a drawing: that is a way to another process and back.
const known = new Map();
export function widthOf(text, {family, px, weight, italic}) {
  if (!text) return 0;
  const key = `${family}|${px}|${weight}|${italic}|${text}`;
  if (!known.has(key)) known.set(key, __measure(text, family, px, weight, italic));
  return known.get(key);
}

// Of the font's size: what letters take above and below the baseline.
export const kAscent = 0.93;
export const kDescent = 0.24;

// How far below the named baseline the alphabetic one is, in font sizes.
function baselineShift(name) {
  if (/middle|central/.test(name)) return 0.35;
  if (/hanging|before-edge|text-top/.test(name)) return 0.75;
  if (/after-edge|ideographic|text-bottom/.test(name)) return -0.22;
  return 0;
}

const length = (element, name, px) => {
  const value = (element.getAttribute(name) ?? '').trim().split(/[\s,]+/)[0];
  return value ? pixels(value, px) : 0;
};

// The lines of a <text>: {x, y, anchor, runs: [{text, font, element}], width}. A <tspan> with a
// place of its own begins a new line; neighbours of one style are one run, so that words of a
// right-to-left script keep their order.
export function linesOfText(element, sheet) {
  const font = fontOf(element, sheet);
  const lines = [];
  const begin = (e, x, y) => lines.push(
      {x, y, anchor: sheet.get(e, 'text-anchor') ?? 'start', runs: [], width: 0});
  begin(element, length(element, 'x', font.px) + length(element, 'dx', font.px),
      length(element, 'y', font.px) + length(element, 'dy', font.px));

  const visit = (node, owner) => {
    if (node.nodeType === 3) return addRun(lines.at(-1), node.textContent, owner, sheet);
    if (node.nodeType !== 1 || node.localName === 'title' || node.localName === 'desc') return;
    if (node !== element) place(node);
    for (const child of node.childNodes) visit(child, node);
  };
  const place = node => {
    const {px} = fontOf(node, sheet), line = lines.at(-1);
    if (node.hasAttribute('x') || node.hasAttribute('y')) {
      begin(node, node.hasAttribute('x') ? length(node, 'x', px) : line.x,
          (node.hasAttribute('y') ? length(node, 'y', px) : line.y) + length(node, 'dy', px));
    } else if (node.hasAttribute('dy') && line.runs.length) {
      begin(node, line.x + line.width, line.y + length(node, 'dy', px));
    } else {
      line.y += length(node, 'dy', px);
    }
  };
  visit(element, element);
  return lines.map(line => finished(line, element, sheet)).filter(line => line.runs.length);
}

function addRun(line, text, owner, sheet) {
  text = text.replace(/[\s\u00a0]+/g, ' ');
  if (!line.runs.length) text = text.trimStart();
  if (!text) return;
  const font = fontOf(owner, sheet), last = line.runs.at(-1);
  const fill = sheet.get(owner, 'fill');
  const same = last && last.fill === fill && last.font.weight === font.weight &&
      last.font.italic === font.italic && last.font.px === font.px &&
      last.font.family === font.family;
  if (same) last.text += last.text.endsWith(' ') ? text.trimStart() : text;
  else line.runs.push({text, font, fill, element: owner});
  line.width += widthOf(text, font);
}

function finished(line, element, sheet) {
  const last = line.runs.at(-1);
  if (last) last.text = last.text.trimEnd();
  line.runs = line.runs.filter(run => run.text);
  line.width = line.runs.reduce((sum, run) => sum + widthOf(run.text, run.font), 0);
  line.px = Math.max(0, ...line.runs.map(run => run.font.px));
  line.y += line.px * baselineShift(sheet.get(element, 'dominant-baseline') ??
      sheet.get(element, 'alignment-baseline') ?? '');
  return line;
}

// The left edge of a line, by its anchor.
export const leftOf = line =>
    line.x - (line.anchor === 'middle' ? line.width / 2 : line.anchor === 'end' ? line.width : 0);

export function boundsOfText(element, sheet) {
  const bounds = new Bounds();
  for (const line of linesOfText(element, sheet)) {
    const left = leftOf(line);
    bounds.add([left, line.y - kAscent * line.px]);
    bounds.add([left + line.width, line.y + kDescent * line.px]);
  }
  return bounds;
}

// `text` in lines of at most `width`, where its words allow.
export function wrapped(text, font, width) {
  const lines = [];
  for (const word of String(text).replace(/<br\s*\/?>/gi, '\n').split(/(?<=\n)|[ \t]+/)) {
    const longer = lines.length ? `${lines.at(-1)} ${word.trim()}` : word.trim();
    if (!lines.length || widthOf(longer, font) > width) lines.push(word.trim());
    else lines[lines.length - 1] = longer;
    if (word.endsWith('\n')) lines.push('');
  }
  return lines.filter(line => line);
}
