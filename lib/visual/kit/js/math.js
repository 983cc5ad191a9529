// SPDX-License-Identifier: LGPL-2.1-or-later
// TeX -> a formula in lines. Request: {text, display, prefix, look}; answer: Drawn's fields.
import './shim.js';
import {mathjax} from '@mathjax/src/js/mathjax.js';
import {TeX} from '@mathjax/src/js/input/tex.js';
import {SVG} from '@mathjax/src/js/output/svg.js';
import {liteAdaptor} from '@mathjax/src/js/adaptors/liteAdaptor.js';
import {RegisterHTMLHandler} from '@mathjax/src/js/handlers/html.js';
import {packages} from './math_packages.js';
import {fontData} from './math_font.js';
import {StyleSheet} from './css.js';
import {Drawing} from './flatten.js';
import {Bounds} from './geometry.js';
import {setUsualFont} from './text.js';
import {Element, parse} from './xml.js';

const kEm = 1000;          // units of the drawing
const kLetterSize = 880;   // of text that is as large as these formulas look beside it
const kGap = 900;          // between formulas under one another
const kLineGap = '0.6em';  // between lines of one formula, more than usual
const kTagDistance = 2000;
const kMaxDepth = 200;     // of braces
const kMaxLength = 20000;

mathjax.asyncLoad = () => ({});  // all of the font is in the bundle
mathjax.asyncIsSynchronous = true;
const adaptor = liteAdaptor({fontSize: 16});
RegisterHTMLHandler(adaptor);

function newDocument() {
  const input = new TeX({packages, formatError(_, error) { throw error; }});
  const output = new SVG({fontData, fontCache: 'none', displayOverflow: 'overflow',
    linebreaks: {inline: false}});
  output.measureTextNode = node => {
    const get = name => adaptor.getAttribute(node, name);
    const width = __measure(adaptor.textContent(node), get('font-family') || 'serif',
        parseFloat(get('font-size')), get('font-weight') === 'bold' ? 700 : 400,
        get('font-style') === 'italic');
    return {w: width / kEm, h: 0.75, d: 0.2};
  };
  return mathjax.document('', {InputJax: input, OutputJax: output});
}

function checkSize(text) {
  if (text.length > kMaxLength) throw new Error(`is longer than ${kMaxLength} characters`);
  let depth = 0;
  for (const [token] of text.matchAll(/\\.|[{}]/gs)) {
    depth += token === '{' ? 1 : token === '}' ? -1 : 0;
    if (depth > kMaxDepth) throw new Error(`nests more than ${kMaxDepth} braces`);
  }
}

// Formulas under one another: between $$ and $$, or with empty lines between them.
function formulasIn(text) {
  const bare = text.replace(/\$\$|\\\[|\\\]/g, '\n\n').split('\n');
  const formulas = [''];
  let depth = 0;
  for (const line of bare) {
    for (const [, word] of line.matchAll(/\\(begin|end)\b/g)) depth += word === 'begin' ? 1 : -1;
    if (line.trim()) formulas[formulas.length - 1] += line + '\n';
    else if (depth <= 0 && formulas.at(-1)) formulas.push('');
  }
  return formulas.filter(formula => formula.trim()).map(withLines);
}

// A line break outside of all braces and environments makes lines, as in `gather`, or, where there
// are also places to align at, as in `align`; they stand apart, since they come in one by one.
function withLines(formula) {
  let depth = 0, breaks = false, aligns = false;
  formula = formula.replace(/\\(?:begin|end)\b|\\\\(\s*[[*])?|\\[^a-z]|[{}&]/gi, (token, own) => {
    if (token === '{' || token === '\\begin') ++depth;
    else if (token === '}' || token === '\\end') --depth;
    else if (depth === 0 && token === '&') aligns = true;
    if (depth > 0 || !token.startsWith('\\\\')) return token;
    breaks = true;
    return own ? token : `\\\\[${kLineGap}]`;
  });
  if (!breaks) return formula;
  const name = aligns ? 'align*' : 'gather*';
  return `\\begin{${name}}${formula}\\end{${name}}`;
}

const kLineEnvironments =
    /^\s*(\\label\{[^}]*\}\s*)?\\begin\{(align|gather|multline|eqnarray|flalign|alignat|aligned|gathered|split|alignedat|equation)\*?\}/;

const kind = element => element.getAttribute('data-mml-node');

// The picture of one formula, and its lines where it has several.
function pictureOf(formula, display, doc) {
  const node = doc.convert(formula, {display, em: 16, ex: 8, containerWidth: 1e5});
  const svg = parse(adaptor.serializeXML(adaptor.tags(node, 'svg')[0]));
  for (const name of ['width', 'height', 'style']) delete svg.attributes[name];
  const table = kLineEnvironments.test(formula) ? svg.find(e => kind(e) === 'mtable') : null;
  const rows = (table?.filter(e => /^m(labeled)?tr$/.test(kind(e))) ?? [])
      .filter(row => row.parentNode.closest(e => kind(e) === 'mtable') === table);
  return {svg, rows};
}

// Numbers of lines stand in pictures of their own at the edge of a page; here the page ends beside
// the formula.
function placeTags(svg, request) {
  const table = svg.find(e => e.hasAttribute('data-table'));
  const tags = svg.find(e => e.hasAttribute('data-labels') && e.localName === 'svg');
  if (!table || !tags) return;
  delete table.attributes.viewBox;
  delete tags.attributes.viewBox;
  const bounds = new Map([[table, new Bounds()], [tags, new Bounds()]]);
  for (const leaf of flattened(svg, request).leaves)
    bounds.get(leaf.element.closest(e => bounds.has(e)))?.unite(leaf.bounds);
  tags.setAttribute('x', bounds.get(table).right - bounds.get(tags).left + kTagDistance);
}

const kRoles = ['text', 'muted', 'accent', 'accent_2', 'positive', 'negative'];

// \color{accent} is the theme's.
function useRoles(root, look) {
  for (const element of root.filter(() => true)) {
    for (const name of ['fill', 'stroke']) {
      const role = (element.getAttribute(name) ?? '').replace('-', '_');
      if (kRoles.includes(role)) element.setAttribute(name, look[role]);
    }
  }
}

const options = ({prefix, look}) =>
    ({prefix, language: look.language, ground: look.ground, inks: [look.text]});

function flattened(root, request) {
  root.setAttribute('color', request.look.text);
  useRoles(root, request.look);
  return new Drawing(root, new StyleSheet(''), options(request));
}

// The line that a leaf belongs to: the row that it is in, or, for numbers and tags, the one beside
// it.
function linesOf(drawing, pictures) {
  const rows = pictures.flatMap(({svg, rows}) => rows.length ? rows : [svg]);
  const parts = new Map(rows.map((row, order) => [row, {id: '', order, bounds: new Bounds()}]));
  const lines = [...parts.values()];
  const inRow = leaf => parts.get(leaf.element.closest(e => parts.has(e)));
  const owners = new Map(drawing.leaves.map(leaf => [leaf, inRow(leaf)]));
  for (const [leaf, part] of owners) part?.bounds.unite(leaf.bounds);
  const distance = (part, y) => Math.max(part.bounds.top - y, y - part.bounds.bottom, 0);
  for (const [leaf, part] of owners) {
    if (part) continue;
    const y = (leaf.bounds.top + leaf.bounds.bottom) / 2;
    owners.set(leaf, lines.reduce((a, b) => distance(b, y) < distance(a, y) ? b : a));
  }
  return {order: lines, of: leaf => owners.get(leaf)};
}

// In the order of their lines, so that each line is one part.
function byLine(drawing, lines) {
  const place = new Map(drawing.leaves.map(leaf => [leaf, lines.of(leaf).order]));
  drawing.leaves.sort((a, b) => place.get(a) - place.get(b));
}

function stack(pictures, request) {
  const root = new Element('svg');
  let y = 0;
  for (const {svg} of pictures) {
    placeTags(svg, request);
    const bounds = new Bounds();
    for (const leaf of flattened(svg, request).leaves) bounds.unite(leaf.bounds);
    if (bounds.empty) continue;
    const group = new Element('g',
        {transform: `translate(${-(bounds.left + bounds.right) / 2} ${y - bounds.top})`});
    group.append(svg);
    delete svg.attributes.viewBox;
    root.append(group);
    y += bounds.bottom - bounds.top + kGap;
  }
  return root;
}

function drawDisplay(request) {
  const doc = newDocument();
  const pictures = formulasIn(request.text).map(formula => pictureOf(formula, true, doc));
  if (!pictures.length) throw new Error('it is empty');
  const drawing = flattened(stack(pictures, request), request);
  const lines = linesOf(drawing, pictures);
  byLine(drawing, lines);
  const drawn = drawing.finish({partOf: lines.of, margin: 40});
  if (lines.order.length === 1) drawn.parts.forEach(part => { part.order = -1; });
  return {...drawn, text_size: kLetterSize, baseline: 0};
}

function drawInline(request) {
  const {svg} = pictureOf(request.text, false, newDocument());
  const [x, y, width, height] = svg.getAttribute('viewBox').split(/\s+/).map(Number);
  const drawn = flattened(svg, request).finish(
      {margin: 0, frame: {left: x, top: y, right: x + width, bottom: y + height}});
  return {...drawn, text_size: kLetterSize, baseline: -y};
}

globalThis.talkie = text => {
  const request = JSON.parse(text);
  checkSize(request.text);
  setUsualFont({family: request.look.family, mono: request.look.mono, px: kEm});
  try {
    return JSON.stringify(request.display ? drawDisplay(request) : drawInline(request));
  } catch (problem) {  // MathJax throws objects of its own
    throw new Error(`cannot be read: ${problem?.message ?? problem}`);
  }
};
