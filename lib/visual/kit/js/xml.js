// SPDX-License-Identifier: LGPL-2.1-or-later
// SVG text -> a plain tree with as much of the DOM's interface as drawing needs. Forgiving, as what
// it reads was written by libraries and may hold pieces of HTML.

const kEntities = {amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0'};
const kVoid = new Set(['br', 'hr', 'img', 'input', 'meta', 'link']);

export const unescape = text => text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi,
    (all, hex, decimal, name) => {
      if (name) return kEntities[name] ?? all;
      const code = hex ? parseInt(hex, 16) : parseInt(decimal, 10);
      return code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
    });

export const escape = text => String(text).replace(/[&<>"]/g,
    c => ({'&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;'})[c])
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd');

export class Text {
  nodeType = 3;
  constructor(text, parent) {
    this.textContent = text;
    this.parentNode = parent;
  }
}

export class Element {
  nodeType = 1;
  childNodes = [];
  constructor(name, attributes = {}, parent = null) {
    this.localName = name;
    this.attributes = attributes;
    this.parentNode = parent;
  }
  getAttribute(name) { return this.attributes[name] ?? null; }
  hasAttribute(name) { return this.attributes[name] !== undefined; }
  setAttribute(name, value) { this.attributes[name] = String(value); }
  get id() { return this.attributes.id ?? ''; }
  get classes() {
    return this.classList ??= (this.attributes.class ?? '').split(/\s+/).filter(Boolean);
  }
  has(name) { return this.classes.includes(name); }
  get children() { return this.childNodes.filter(child => child.nodeType === 1); }
  get textContent() { return this.childNodes.map(child => child.textContent).join(''); }
  set textContent(text) { this.childNodes = [new Text(text, this)]; }
  append(child) {
    child.parentNode = this;
    this.childNodes.push(child);
  }
  remove() {
    const siblings = this.parentNode.childNodes;
    siblings.splice(siblings.indexOf(this), 1);
  }
  // All elements below, in the order of the document.
  * descendants() {
    for (const child of this.children) {
      yield child;
      yield* child.descendants();
    }
  }
  find(test) {
    for (const element of this.descendants()) if (test(element)) return element;
    return null;
  }
  filter(test) { return [...this.descendants()].filter(test); }
  // The nearest element from this one upwards that passes.
  closest(test) {
    for (let e = this; e; e = e.parentNode) if (test(e)) return e;
    return null;
  }
}

const kTag = /<(?:!--[^]*?-->|!\[CDATA\[([^]*?)\]\]>|[!?][^>]*>|\/([\w:.-]+)\s*>|([\w:.-]+)((?:[^>"']|"[^"]*"|'[^']*')*?)(\/?)>)/g;
const kAttribute = /([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

// The root element of `source`.
export function parse(source) {
  const root = new Element('');
  let open = root, end = 0;
  const text = words => { if (words) open.childNodes.push(new Text(words, open)); };
  for (const match of source.matchAll(kTag)) {
    const [all, data, closed, name, list, alone] = match;
    text(unescape(source.slice(end, match.index)));
    end = match.index + all.length;
    if (data !== undefined) text(data);
    if (closed) {
      const target = open.closest(e => e.localName === closed);
      if (target && target !== root) open = target.parentNode;
    }
    if (!name) continue;
    const attributes = {};
    for (const [, key, double, single] of list.matchAll(kAttribute))
      attributes[key] = unescape(double ?? single);
    const element = new Element(name, attributes, open);
    open.childNodes.push(element);
    if (!alone && !kVoid.has(name)) open = element;
  }
  return root.children[0] ?? root;
}
