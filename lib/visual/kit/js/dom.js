// SPDX-License-Identifier: LGPL-2.1-or-later
// The piece of a browser that Mermaid draws in: a document, and the sizes of what is in it.
import {parseHTML} from 'linkedom';
import {StyleSheet} from './css.js';
import {Bounds, lengthOf, linesOf, matrixOf, outline, pointAlong} from './geometry.js';
import {boundsOfText, fontOf, usualFont, widthOf} from './text.js';

const page = parseHTML('<!doctype html><html><head></head><body></body></html>');
const g = globalThis;
g.document = page.document;
g.window = g;
for (const name of ['Node', 'Element', 'HTMLElement', 'SVGElement', 'DOMParser', 'Event',
  'CustomEvent', 'Document', 'DocumentFragment', 'Text', 'NodeFilter', 'MutationObserver'])
  if (page[name]) g[name] = page[name];
g.navigator = {userAgent: '', platform: '', language: 'en'};
g.location = {href: 'about:blank', protocol: 'about:', host: '', hostname: '', pathname: 'blank',
  search: '', hash: '', origin: 'null', reload() {}};
g.addEventListener = g.removeEventListener = () => {};
g.requestAnimationFrame = run => setTimeout(() => run(0), 0);
g.cancelAnimationFrame = id => clearTimeout(id);
g.matchMedia = () => ({matches: false, addListener() {}, addEventListener() {}});
g.screen = {width: 1920, height: 1080, availWidth: 1920, availHeight: 1080};
g.innerWidth = 1920;
g.innerHeight = 1080;
g.devicePixelRatio = 1;
g.XMLSerializer = class {
  serializeToString(node) { return node.toString(); }
};
g.URL ??= class {
  constructor(address) {
    this.href = String(address);
    this.protocol = /^[a-z][a-z0-9+.-]*:/i.exec(this.href)?.[0];
    if (!this.protocol) throw new TypeError('Invalid URL');
  }
  toString() { return this.href; }
};

// Mermaid makes rules of classDef lines with it.
g.CSSStyleSheet = class {
  cssRules = [];
  replaceSync(text) { this.cssRules = [{cssText: text}]; }
  insertRule(text, index = 0) {
    const [, head, body] = /^([^{]*)\{([^]*)\}\s*$/.exec(text) ?? [];
    const added = [];
    const style = {
      setProperty(name, value) { added.push(`${name}: ${value}`); },
      get length() { return added.length; },
    };
    this.cssRules.splice(index, 0, {
      selectorText: head?.trim() ?? '', style,
      get cssText() {
        return added.length && !body?.trim() ? `${head}{ ${added.join('; ')}; }` : text;
      },
    });
    return index;
  }
};

// The style sheet of the diagram that is being drawn, as far as it is about the size of text.
const kMetrics = new Set(['font', 'font-size', 'font-weight', 'font-family', 'font-style',
  'text-anchor', 'dominant-baseline', 'alignment-baseline']);
let source = null, sheet = new StyleSheet('');
function currentSheet() {
  const text = document.querySelector('svg > style')?.textContent ?? '';
  if (text !== source) {
    source = text;
    sheet = new StyleSheet(text, kMetrics);
  }
  return sheet;
}

// While something is measured, nothing changes.
function measured(work) {
  const current = currentSheet();
  current.freeze();
  try {
    return work();
  } finally {
    current.thaw();
  }
}

const kUnseen = new Set(['style', 'defs', 'marker', 'title', 'desc', 'clipPath', 'mask', 'filter',
  'linearGradient', 'radialGradient', 'symbol', 'script']);

function boundsOf(element) {
  const name = element.localName;
  if (name === 'text') return boundsOfText(element, sheet);
  if (name === 'tspan') return boundsOfSpan(element);
  const bounds = new Bounds();
  if (kUnseen.has(name)) return bounds;
  if (name === 'image' || name === 'foreignObject' || name === 'use') return boundsOfBox(element);
  const lines = linesOf(element);
  for (const line of lines) for (const point of line) bounds.add(point);
  if (lines.length) return bounds;
  for (const child of element.childNodes) {
    if (child.nodeType === 1)
      bounds.unite(boundsOf(child), matrixOf(child.getAttribute('transform')));
  }
  return bounds;
}

function boundsOfBox(element) {
  const [x, y, width, height] =
      ['x', 'y', 'width', 'height'].map(name => parseFloat(element.getAttribute(name)) || 0);
  const bounds = new Bounds();
  bounds.add([x, y]);
  bounds.add([x + width, y + height]);
  return bounds;
}

function boundsOfSpan(element) {
  const font = fontOf(element, sheet), bounds = new Bounds();
  const [x, y] = ['x', 'y'].map(name => parseFloat(element.getAttribute(name)) || 0);
  bounds.add([x, y - font.px * 0.93]);
  bounds.add([x + widthOf(element.textContent, font), y + font.px * 0.24]);
  return bounds;
}

const edges = ({x, y, width, height}) =>
    ({x, y, width, height, left: x, top: y, right: x + width, bottom: y + height});

const kHtml = new Set(['div', 'span', 'p', 'body', 'html', 'label']);
const lineOf = element => outline(element.getAttribute('d')).flat();
const upright = {a: 1, b: 0, c: 0, d: 1, e: 0, f: 0, inverse() { return this; }};

Object.assign(page.Element.prototype, {
  getBBox() { return measured(() => boundsOf(this).rect()); },
  getBoundingClientRect() {
    if (!kHtml.has(this.localName)) return edges(this.getBBox());
    const font = measured(() => fontOf(this, sheet));
    return edges({x: 0, y: 0, width: widthOf(this.textContent, font), height: font.px * 1.5});
  },
  getComputedTextLength() {
    return widthOf(this.textContent, measured(() => fontOf(this, sheet)));
  },
  getTotalLength() { return lengthOf(lineOf(this)); },
  getPointAtLength(distance) {
    const [x, y] = pointAlong(lineOf(this), distance);
    return {x, y};
  },
  getScreenCTM() { return upright; },
  getCTM() { return upright; },
});

// The room that diagrams which fill their container get; set for each drawing.
const room = {width: 1200, height: 800};
export function setRoom(width, height) { Object.assign(room, {width, height}); }
for (const prefix of ['client', 'offset', 'scroll']) {
  Object.defineProperty(page.Element.prototype, prefix + 'Width', {get: () => room.width});
  Object.defineProperty(page.Element.prototype, prefix + 'Height', {get: () => room.height});
}
for (const name of ['clientLeft', 'clientTop'])
  Object.defineProperty(page.Element.prototype, name, {get: () => 0});

const hyphenated = name => name.replace(/[A-Z]/g, c => '-' + c.toLowerCase());
g.getComputedStyle = element => {
  const value = name => {
    if (name === 'font-size') return fontOf(element, currentSheet()).px + 'px';
    return currentSheet().get(element, name) ?? (/^(padding|border|margin)/.test(name) ? '0px' : '');
  };
  return new Proxy({}, {get: (_, name) => name === 'getPropertyValue' ? value
      : typeof name === 'string' ? value(hyphenated(name)) : undefined});
};

// A canvas is only asked how wide text is.
const canvas = new Proxy({
  measureText: text => ({width: widthOf(text, {...usualFont(), weight: 400, italic: false})}),
}, {get: (target, name) => target[name] ?? (() => undefined), set: () => true});
const createElement = document.createElement.bind(document);
document.createElement = (name, ...rest) => {
  const element = createElement(name, ...rest);
  if (String(name).toLowerCase() === 'canvas') element.getContext = () => canvas;
  return element;
};
