// SPDX-License-Identifier: LGPL-2.1-or-later
// An SVG with style sheets, as libraries write it -> parts that stand by themselves and hold only
// what librsvg draws: shapes and text with presentation attributes. Nothing else gets through, so
// that scripts, links, embedded HTML and pictures in foreign text end here.
import {colourOf, mix, readable} from './colour.js';
import {
  Bounds, apply, identity, inside, inverse, linesOf, matrixOf, multiply, number,
} from './geometry.js';
import {kAscent, kDescent, leftOf, linesOfText} from './text.js';
import {escape} from './xml.js';

const kMaxLeaves = 20000;
const kMaxUse = 8;  // <use> in <use>

const kShapes = new Set(
    ['rect', 'circle', 'ellipse', 'line', 'polygon', 'polyline', 'path']);
const kGroups = new Set(['svg', 'g', 'a', 'switch', 'symbol']);
const kDefinitions = new Set([
  ...kShapes, 'g', 'marker', 'linearGradient', 'radialGradient', 'stop', 'pattern', 'clipPath']);
const kGeometry = new Set([
  'x', 'y', 'width', 'height', 'rx', 'ry', 'cx', 'cy', 'r', 'x1', 'y1', 'x2', 'y2', 'points', 'd',
  'offset', 'gradientUnits', 'gradientTransform', 'spreadMethod', 'fx', 'fy', 'viewBox', 'refX',
  'refY', 'markerWidth', 'markerHeight', 'markerUnits', 'orient', 'preserveAspectRatio',
  'clipPathUnits', 'patternUnits', 'patternContentUnits', 'patternTransform', 'transform',
]);

const short = n => String(Math.round(n * 100) / 100);
const shortened = text => String(text).replace(/-?\d*\.\d{3,}(e-?\d+)?/g, n => short(+n));

const attributes = list => Object.entries(list)
    .filter(([, value]) => value !== undefined && value !== null && value !== '')
    .map(([name, value]) => ` ${name}="${escape(value)}"`).join('');

const matrixText = m => m.slice(0, 4).every((n, i) => n === identity[i])
    ? (m[4] || m[5] ? `translate(${short(m[4])} ${short(m[5])})` : '')
    : `matrix(${m.map(n => String(Math.round(n * 1e5) / 1e5)).join(' ')})`;

// The part that a leaf, or the nearest element around it that says so, belongs to.
export const partAround = leaf => leaf.part ?? leaf.element.closest(e => e.part)?.part ?? null;

export class Drawing {
  // `prefix` begins every id, `language` is that of the text.
  constructor(root, sheet, {prefix, language, ground, inks}) {
    Object.assign(this, {root, sheet, prefix, language, ground, inks});
    sheet.freeze();
    this.byId = new Map(root.filter(e => e.id).map(e => [e.id, e]));
    this.used = new Map();  // id -> its definition as text
    this.leaves = [];
    this.visit(root, {matrix: identity, opacity: 1, clip: null}, 0);
  }

  // What is seen, from back to front, in the coordinates of the root.
  visit(element, around, uses) {
    const name = element.localName;
    if (!kGroups.has(name) && !kShapes.has(name) && name !== 'text' && name !== 'use') return;
    if (this.get(element, 'display') === 'none') return;
    const opacity = around.opacity * this.share(this.get(element, 'opacity'));
    if (opacity < 0.01) return;
    const here = {
      opacity, matrix: multiply(around.matrix, this.matrixOf(element)),
      clip: around.clip,
    };
    const clip = this.reference(element, 'clip-path');
    if (clip) here.clip = {clip, matrix: here.matrix};
    if (this.leaves.length > kMaxLeaves)
      throw new Error(`has more than ${kMaxLeaves} shapes: show less in one picture`);
    if (name === 'text') return this.addText(element, here);
    if (kShapes.has(name)) return this.addShape(element, here);
    if (name === 'use') return this.visitUse(element, here, uses);
    for (const child of element.children) this.visit(child, here, uses);
  }

  visitUse(element, here, uses) {
    const target = this.byId.get(
        (element.getAttribute('href') ?? element.getAttribute('xlink:href') ?? '').slice(1));
    if (!target || uses >= kMaxUse) return;
    const matrix = multiply(here.matrix, [1, 0, 0, 1, number(element, 'x'), number(element, 'y')]);
    this.visit(target, {...here, matrix}, uses + 1);
  }

  get(element, name) { return this.sheet.get(element, name); }
  share(value) {
    const n = parseFloat(value);
    if (!Number.isFinite(n)) return 1;
    return Math.min(1, Math.max(0, /%$/.test(value) ? n / 100 : n));
  }

  matrixOf(element) {
    const own = this.sheet.own(element);
    const matrix = matrixOf(own.transform);
    if (element.localName === 'svg' && element !== this.root)
      return multiply(matrix, this.innerMatrix(element));
    if (!own['transform-origin']) return matrix;
    const [x, y] = this.originOf(element, own['transform-origin']);
    return multiply(multiply([1, 0, 0, 1, x, y], matrix), [1, 0, 0, 1, -x, -y]);
  }
  originOf(element, text) {
    const pixels = text.match(/-?[\d.]+(?=px)/g);
    if (pixels?.length >= 2) return pixels.map(Number);
    const bounds = new Bounds();
    for (const line of linesOf(element)) for (const point of line) bounds.add(point);
    return bounds.empty ? [0, 0] : [(bounds.left + bounds.right) / 2, (bounds.top + bounds.bottom) / 2];
  }

  // Of an <svg> in an <svg>: its view box, fitted and centred.
  innerMatrix(element) {
    const [x, y] = [number(element, 'x'), number(element, 'y')];
    const view = (element.getAttribute('viewBox') ?? '').split(/[\s,]+/).map(Number);
    if (view.length !== 4 || !view.every(Number.isFinite)) return [1, 0, 0, 1, x, y];
    const [width, height] = [number(element, 'width', view[2]), number(element, 'height', view[3])];
    const scale = Math.min(width / (view[2] || 1), height / (view[3] || 1));
    return [scale, 0, 0, scale, x + (width - view[2] * scale) / 2 - view[0] * scale,
            y + (height - view[3] * scale) / 2 - view[1] * scale];
  }

  // A paint as {text, hex, opacity}; null for none.
  paint(element, name, initial) {
    let value = this.get(element, name) ?? initial;
    if (/^currentcolor$/i.test(value)) value = this.get(element, 'color') ?? '#000';
    if (/^\s*url\(/.test(value)) {
      const text = this.reference(element, name);
      const opacity = this.share(this.get(element, name + '-opacity'));
      return text ? {text, ...this.firstStop(value), opacity} : null;
    }
    const colour = colourOf(value);
    const opacity = colour && colour.opacity * this.share(this.get(element, name + '-opacity'));
    return colour && opacity > 0.01 ? {text: colour.hex, hex: colour.hex, opacity} : null;
  }
  firstStop(value) {
    const definition = this.byId.get(/#([^)"']+)/.exec(value)?.[1]);
    const stop = definition?.find(e => e.localName === 'stop');
    return {hex: colourOf(stop && this.get(stop, 'stop-color'))?.hex ?? this.ground};
  }

  addShape(element, here) {
    const fill = element.localName === 'line' ? null : this.paint(element, 'fill', '#000');
    const stroke = this.paint(element, 'stroke', 'none');
    const width = stroke ? parseFloat(this.get(element, 'stroke-width') ?? 1) : 0;
    if (!fill && !(stroke && width > 0)) return;
    if (this.get(element, 'visibility') === 'hidden') return;
    const scale = Math.sqrt(Math.abs(here.matrix[0] * here.matrix[3] -
                                     here.matrix[1] * here.matrix[2]));
    const lines = linesOf(element).map(line => line.map(point => apply(here.matrix, point)));
    const bounds = new Bounds();
    for (const line of lines) for (const point of line) bounds.add(point, width / 2 * scale);
    if (bounds.empty) return;
    this.leaves.push({element, ...here, fill, stroke, width, lines, bounds});
  }

  addText(element, here) {
    if (this.get(element, 'visibility') === 'hidden') return;
    for (const line of linesOfText(element, this.sheet)) {
      if (!(line.px > 0)) continue;
      const left = leftOf(line), bounds = new Bounds(), box = new Bounds();
      box.add([left, line.y - kAscent * line.px]);
      box.add([left + line.width, line.y + kDescent * line.px]);
      bounds.unite(box, here.matrix);
      const words = line.runs.map(run => run.text).join('');
      const centre = apply(here.matrix, [left + line.width / 2, line.y - 0.35 * line.px]);
      this.leaves.push({element, ...here, line, words, centre, bounds});
    }
  }

  // What a leaf stands on: the colours of all filled shapes behind its centre.
  groundUnder(leaf) {
    let ground = this.ground;
    for (const other of this.leaves) {
      if (other === leaf) break;
      if (!other.fill?.hex || !other.bounds.contains(leaf.centre)) continue;
      if (inside(other.lines, leaf.centre))
        ground = mix(other.fill.hex, ground, other.fill.opacity * other.opacity);
    }
    return ground;
  }

  // Text that can be read on what is behind it: others of the theme's inks where it cannot.
  makeReadable() {
    for (const leaf of this.leaves) {
      if (!leaf.line) continue;
      leaf.opacity = leaf.opacity > 0.3 ? 1 : leaf.opacity;
      const ground = this.groundUnder(leaf);
      leaf.line.runs.forEach(run => {
        const ink = this.paint(run.element, 'fill', '#000');
        run.ink = readable(ink?.hex ?? this.inks[0], ground, this.inks);
      });
    }
  }

  // url(#id) of a property as it may be written; its definition is kept.
  reference(element, name) {
    const id = /^\s*url\(\s*["']?[^#)]*#([^)"']+)["']?\s*\)/.exec(this.get(element, name) ?? '')?.[1];
    const definition = id && this.byId.get(id);
    if (!definition || !kDefinitions.has(definition.localName)) return '';
    if (!this.used.has(id)) {
      this.used.set(id, '');  // while it is written: it may not hold itself
      this.used.set(id, this.define(definition));
    }
    return `url(#${this.name(id)})`;
  }
  name(id) {
    const index = [...this.used.keys()].indexOf(id);
    return `${this.prefix}-${index}`;
  }

  define(element) {
    const name = element.localName;
    if (!kDefinitions.has(name)) return '';
    const own = this.sheet.own(element), list = {};
    if (this.used.has(element.id)) list.id = this.name(element.id);
    for (const key of Object.keys(own)) if (kGeometry.has(key)) list[key] = shortened(own[key]);
    const link = (own.href ?? own['xlink:href'] ?? '').replace(/^#/, '');
    if (/Gradient|pattern/.test(name) && link && this.byId.has(link) && !this.used.has(link)) {
      this.used.set(link, '');
      this.used.set(link, this.define(this.byId.get(link)));
      list['xlink:href'] = '#' + this.name(link);
      list['xmlns:xlink'] = 'http://www.w3.org/1999/xlink';
    }
    if (name === 'stop') {
      const colour = colourOf(this.get(element, 'stop-color') ?? '#000');
      list['stop-color'] = colour?.hex;
      list['stop-opacity'] = (colour?.opacity ?? 1) * this.share(this.get(element, 'stop-opacity'));
    }
    if (kShapes.has(name)) Object.assign(list, this.style(element));
    if (name === 'marker' && this.get(element, 'overflow')) list.overflow = 'visible';
    const inner = element.children.map(child => this.define(child)).join('');
    return `<${name}${attributes(list)}>${inner}</${name}>`;
  }

  style(element) {
    const fill = this.paint(element, 'fill', '#000');
    const stroke = this.paint(element, 'stroke', 'none');
    const list = {fill: fill ? fill.text : 'none'};
    if (fill && fill.opacity < 1) list['fill-opacity'] = short(fill.opacity);
    list['fill-rule'] = this.get(element, 'fill-rule');
    const width = parseFloat(this.get(element, 'stroke-width') ?? 1);
    if (!stroke || !(width > 0)) return list;
    list.stroke = stroke.text;
    if (stroke.opacity < 1) list['stroke-opacity'] = short(stroke.opacity);
    if (width !== 1) list['stroke-width'] = short(width);
    const dashes = this.get(element, 'stroke-dasharray');
    if (dashes && !/none/.test(dashes) && parseFloat(dashes) > 0)
      list['stroke-dasharray'] = dashes.replace(/px/g, '');
    for (const name of ['stroke-linecap', 'stroke-linejoin', 'stroke-miterlimit'])
      list[name] = this.get(element, name);
    return list;
  }

  shapeText(leaf) {
    const own = this.sheet.own(leaf.element), list = {};
    for (const name of Object.keys(own))
      if (kGeometry.has(name) && name !== 'transform')
        list[name] = shortened(own[name]).replace(/px$/, '');
    Object.assign(list, this.style(leaf.element));
    for (const name of ['marker-start', 'marker-mid', 'marker-end'])
      list[name] = this.reference(leaf.element, name);
    return this.placed(leaf, leaf.element.localName, list, '');
  }

  textText(leaf) {
    const {line} = leaf, [first] = line.runs;
    const list = {
      x: short(line.x), y: short(line.y), 'xml:space': 'preserve', 'xml:lang': this.language,
      'text-anchor': line.anchor === 'start' ? '' : line.anchor, ...fontText(first),
    };
    if (leaf.element.halo)  // what is behind the letters does not touch them
      Object.assign(list, {stroke: leaf.element.halo, 'stroke-width': short(line.px * 0.4),
                           'stroke-linejoin': 'round', 'paint-order': 'stroke'});
    const inner = line.runs.map((run, i) => i === 0 ? escape(run.text)
        : `<tspan${attributes(fontText(run))}>${escape(run.text)}</tspan>`).join('');
    return this.placed(leaf, 'text', list, inner);
  }

  placed(leaf, name, list, inner) {
    if (leaf.opacity < 1) list.opacity = short(leaf.opacity);
    const element = matrix => `<${name}${attributes({...list, transform: matrixText(matrix)})}` +
        (inner ? `>${inner}</${name}>` : '/>');
    if (!leaf.clip) return element(leaf.matrix);
    const {clip, matrix} = leaf.clip;
    return `<g${attributes({transform: matrixText(matrix), 'clip-path': clip})}>` +
        element(multiply(inverse(matrix), leaf.matrix)) + '</g>';
  }

  // {width, height, defs, parts}. `partOf` says what a leaf belongs to: {id, order, enter, words},
  // or nothing; neighbours of one are one part. The drawing is as large as what is seen, with `margin`
  // around it, or `frame`.
  finish({partOf = partAround, margin = 4, frame} = {}) {
    this.makeReadable();
    const bounds = new Bounds();
    for (const leaf of this.leaves) bounds.unite(leaf.bounds);
    if (frame) Object.assign(bounds, frame);
    if (bounds.empty) throw new Error('shows nothing');
    const [dx, dy] = [margin - bounds.left, margin - bounds.top];
    const parts = [];
    let last;
    for (const leaf of this.leaves) {
      const part = partOf(leaf) ?? null;
      if (!parts.length || part !== last)
        parts.push({id: part?.id ?? '', order: part?.order ?? -1, enter: part?.enter ?? 'fade',
                    words: part?.words ? [part.words] : [], said: part?.words,
                    bounds: new Bounds(), svg: []});
      last = part;
      const made = parts.at(-1);
      if (leaf.words && !made.said) made.words.push(leaf.words);
      made.bounds.unite(leaf.bounds);
      made.svg.push(leaf.line ? this.textText(leaf) : this.shapeText(leaf));
    }
    return {
      width: bounds.right - bounds.left + 2 * margin,
      height: bounds.bottom - bounds.top + 2 * margin,
      defs: [...this.used.values()].join(''),
      parts: parts.map(part => ({
        ...part, words: part.words.join(' '), bounds: undefined, said: undefined,
        box: shifted(part.bounds, dx, dy),
        svg: `<g transform="translate(${short(dx)} ${short(dy)})">${part.svg.join('')}</g>`,
      })),
    };
  }
}

function fontText({font, ink}) {
  return {
    'font-family': font.family, 'font-size': short(font.px), fill: ink,
    'font-weight': font.weight === 400 ? '' : font.weight, 'font-style': font.italic ? 'italic' : '',
  };
}

function shifted(bounds, dx, dy) {
  const box = bounds.rect();
  return {x: box.x + dx, y: box.y + dy, width: box.width, height: box.height};
}
