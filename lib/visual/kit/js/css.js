// SPDX-License-Identifier: LGPL-2.1-or-later
// As much of CSS as the style sheets of drawings use: the cascade with inheritance, custom
// properties and color-mix(), which librsvg does not know. Works on elements of xml.js and on those
// of a DOM.
import {colourOf, mix} from './colour.js';

const kInherited = new Set([
  'color', 'direction', 'dominant-baseline', 'fill', 'fill-opacity', 'fill-rule', 'font-family',
  'font-size', 'font-style', 'font-weight', 'letter-spacing', 'marker-end', 'marker-mid',
  'marker-start', 'stroke', 'stroke-dasharray', 'stroke-dashoffset', 'stroke-linecap',
  'stroke-linejoin', 'stroke-miterlimit', 'stroke-opacity', 'stroke-width', 'text-anchor',
  'visibility',
]);

// The end of the bracket that opens at `at`.
function closing(text, at) {
  for (let depth = 0, i = at; i < text.length; ++i) {
    if (text[i] === '(') ++depth;
    else if (text[i] === ')' && --depth === 0) return i;
  }
  return text.length;
}

function splitOutside(text, separator) {
  if (!/[([]/.test(text)) return text.split(separator).map(piece => piece.trim());
  const pieces = [''];
  let depth = 0;
  for (const c of text) {
    if (c === '(' || c === '[') ++depth;
    if (c === ')' || c === ']') --depth;
    if (c === separator && depth === 0) pieces.push('');
    else pieces[pieces.length - 1] += c;
  }
  return pieces.map(piece => piece.trim());
}

// "name: value; …" as [name, value, important].
export function declarations(text) {
  return splitOutside(text ?? '', ';').flatMap(piece => {
    const colon = piece.indexOf(':');
    if (colon < 1) return [];
    const value = piece.slice(colon + 1).trim();
    const plain = value.replace(/\s*!\s*important$/i, '');
    return [[piece.slice(0, colon).trim(), plain, plain !== value]];
  });
}

const kSimple = /([.#]?)((?:[\w-]|[^\x00-\x7f]|\\.)+)|\*|\[([\w-]+)(?:([~^$*|]?)=\s*["']?([^"'\]]*)["']?)?\]|:(not\(([^)]*)\)|[\w-]+(?:\([^)]*\))?)|::[\w-]+/gy;

const attributeTests = {
  '': (have, want) => have === want,
  '^': (have, want) => have.startsWith(want),
  '$': (have, want) => have.endsWith(want),
  '*': (have, want) => have.includes(want),
  '~': (have, want) => have.split(/\s+/).includes(want),
  '|': (have, want) => have === want || have.startsWith(want + '-'),
};

function classesOf(element) {
  if (element.classes) return element.classes;
  const names = element.getAttribute('class');
  return !names ? [] : /\s/.test(names) ? names.split(/\s+/).filter(Boolean) : [names];
}

const elementsAround = element => element.parentNode?.childNodes
    ? [...element.parentNode.childNodes].filter(child => child.nodeType === 1) : [];

const pseudoTests = {
  'first-child': e => elementsAround(e)[0] === e,
  'last-child': e => elementsAround(e).at(-1) === e,
  'root': e => e.localName === 'svg' && e.parentNode?.localName !== 'g',
};

// The same stand in every style sheet.
const kMostCompounds = 2000;
const compounds = new Map();
function compound(text) {
  if (compounds.has(text)) return compounds.get(text);
  if (compounds.size >= kMostCompounds) compounds.clear();
  const made = readCompound(text);
  compounds.set(text, made);
  return made;
}

// "rect.a:not(.b)" as tests; null for what cannot apply to a picture (":hover", "::before").
function readCompound(text) {
  const made = {tests: [], tag: '', name: '', weight: 0};
  kSimple.lastIndex = 0;
  for (let at = 0; at < text.length; at = kSimple.lastIndex) {
    const match = kSimple.exec(text);
    if (!match) return null;
    const [all, sign, word, attribute, operator, value, pseudo, negated] = match;
    if (word !== undefined) {
      if (sign === '#') made.tests.push(e => e.getAttribute('id') === word);
      else if (sign === '.') made.tests.push(e => classesOf(e).includes(word));
      else made.tests.push(e => e.localName === word);
      if (sign === '.') made.name = word;
      if (!sign) made.tag = word;
      made.weight += sign === '#' ? 10000 : sign === '.' ? 100 : 1;
    } else if (attribute) {
      made.tests.push(value === undefined ? e => e.hasAttribute(attribute)
          : e => attributeTests[operator](e.getAttribute(attribute) ?? '', value));
      made.weight += 100;
    } else if (negated) {
      const inner = compound(negated);
      if (!inner) return null;
      made.tests.push(e => !inner.tests.every(test => test(e)));
      made.weight += inner.weight;
    } else if (pseudo) {
      if (!pseudoTests[pseudo]) return null;
      made.tests.push(pseudoTests[pseudo]);
      made.weight += 100;
    } else if (all !== '*') {
      return null;
    }
  }
  return made;
}

// "a > b c" from its right end: the compound, and how each goes on to the left.
function selector(text) {
  const steps = [];
  let weight = 0;
  for (const piece of text.replace(/\s*([>+~])\s*(?![^[]*\])/g, ' $1').split(/\s+/)) {
    const combinator = /^[>+~]/.test(piece) ? piece[0] : ' ';
    const made = compound(combinator === ' ' ? piece : piece.slice(1));
    if (!made) return null;
    weight += made.weight;
    steps.unshift({...made, combinator});
  }
  return {steps, weight};
}

function matches(element, steps, from = 0) {
  if (element?.nodeType !== 1 || !steps[from].tests.every(test => test(element))) return false;
  if (from + 1 === steps.length) return true;
  const next = from + 1;
  switch (steps[from].combinator) {
    case '>': return matches(element.parentNode, steps, next);
    case ' ':
      for (let e = element.parentNode; e; e = e.parentNode)
        if (matches(e, steps, next)) return true;
      return false;
    default: {
      const before = elementsAround(element);
      before.length = before.indexOf(element);
      return steps[from].combinator === '+' ? matches(before.at(-1), steps, next)
          : before.some(e => matches(e, steps, next));
    }
  }
}

// Behind the bracket that closes the one at `brace`.
function endOfBlock(text, brace) {
  for (let at = brace + 1, depth = 1;;) {
    const closed = text.indexOf('}', at);
    if (closed < 0) return text.length;
    for (let open = text.indexOf('{', at); open >= 0 && open < closed; open = text.indexOf('{', open + 1))
      ++depth;
    at = closed + 1;
    if (--depth === 0) return at;
  }
}

// The rules of a text, without those in @blocks, which are for browsers.
function* rulesOf(text) {
  text = text.replace(/\/\*[^]*?\*\//g, '');
  for (let at = 0; at < text.length;) {
    const brace = text.indexOf('{', at), semicolon = text.indexOf(';', at);
    if (brace < 0) return;
    const head = text.slice(at, brace).trim();
    if (head.startsWith('@') && semicolon >= 0 && semicolon < brace) {
      at = semicolon + 1;
      continue;
    }
    const end = endOfBlock(text, brace);
    if (!head.startsWith('@')) yield [head, text.slice(brace + 1, end - 1)];
    at = end;
  }
}

const namesOf = attributes => attributes?.length === undefined
    ? Object.keys(attributes ?? {}) : [...attributes].map(attribute => attribute.name);

export class StyleSheet {
  // `only`: rules that say nothing about these properties are left out, and so are other attributes.
  constructor(text, only) {
    this.byName = new Map();  // the rules by the class, else tag, that the element must have
    this.only = only;
    this.kept = null;
    let order = 0;
    for (const [heads, body] of rulesOf(text)) {
      const declared = declarations(body);
      if (only && !declared.some(([name]) => only.has(name))) continue;
      for (const head of splitOutside(heads, ',')) {
        const made = selector(head);
        if (!made) continue;
        const last = made.steps[0];
        const key = last.name ? '.' + last.name : last.tag || '*';
        if (!this.byName.has(key)) this.byName.set(key, []);
        this.byName.get(key).push({...made, declared, order: order++});
      }
    }
  }

  // From now on elements do not change, until they may again.
  freeze() { this.kept = new WeakMap(); }
  thaw() { this.kept = null; }

  // What is said about the element itself, by name.
  own(element) {
    const found = this.kept?.get(element);
    if (found) return found;
    const style = {};
    for (const name of this.only ?? namesOf(element.attributes)) {
      const value = element.getAttribute(name);
      if (value !== null && value !== undefined) style[name] = value;
    }
    const keys = ['*', element.localName, ...classesOf(element).map(name => '.' + name)];
    const rules = keys.flatMap(key => this.byName.get(key) ?? [])
        .filter(rule => matches(element, rule.steps))
        .sort((a, b) => a.weight - b.weight || a.order - b.order);
    const lists = [...rules.map(rule => rule.declared), declarations(element.getAttribute('style'))];
    for (const only of [false, true])
      for (const list of lists)
        for (const [name, value, important] of list) if (important === only) style[name] = value;
    this.kept?.set(element, style);
    return style;
  }

  // The value that holds for the element; undefined where nothing is said.
  get(element, name) {
    for (let e = element; e?.nodeType === 1; e = e.parentNode) {
      let value = this.own(e)[name];
      if (value?.includes?.('(')) value = this.resolve(value, e);
      if (value !== undefined && value !== null && value !== 'inherit' && value !== '')
        return value;
      if (value !== 'inherit' && !kInherited.has(name) && !name.startsWith('--')) return undefined;
    }
    return undefined;
  }

  // With var() and color-mix() replaced by what they stand for.
  resolve(value, element, depth = 0) {
    for (let at; (at = value.indexOf('var(')) >= 0 && depth < 8;) {
      const end = closing(value, at + 3);
      const [name, ...otherwise] = splitOutside(value.slice(at + 4, end), ',');
      const found = this.get(element, name) ?? otherwise.join(',');
      value = value.slice(0, at) + this.resolve(found || 'none', element, depth + 1) +
          value.slice(end + 1);
    }
    for (let at; (at = value.lastIndexOf('color-mix(')) >= 0;) {
      const end = closing(value, at + 9);
      value = value.slice(0, at) + mixed(splitOutside(value.slice(at + 10, end), ',')) +
          value.slice(end + 1);
    }
    return value;
  }
}

// color-mix(in …, red 20%, blue)
function mixed([, ...two]) {
  const parts = two.map(text => /^(.*?)(?:\s+([\d.]+)%)?$/.exec(text));
  const [a, b] = parts.map(part => colourOf(part?.[1])?.hex);
  const [of_a, of_b] = parts.map(part => part?.[2] === undefined ? undefined : +part[2] / 100);
  if (!a || !b) return a ?? b ?? 'none';
  return mix(a, b, of_a ?? (of_b === undefined ? 0.5 : 1 - of_b));
}
