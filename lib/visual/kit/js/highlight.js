// SPDX-License-Identifier: LGPL-2.1-or-later
// highlight.js, for languages that shiki does not have: coarser, in the colours of shiki's themes.
import hljs from 'highlight.js/lib/core';

const grammars = {
  'accesslog': () => import('highlight.js/lib/languages/accesslog'),
  'actionscript': () => import('highlight.js/lib/languages/actionscript'),
  'applescript': () => import('highlight.js/lib/languages/applescript'),
  'armasm': () => import('highlight.js/lib/languages/armasm'),
  'autohotkey': () => import('highlight.js/lib/languages/autohotkey'),
  'avrasm': () => import('highlight.js/lib/languages/avrasm'),
  'bnf': () => import('highlight.js/lib/languages/bnf'),
  'brainfuck': () => import('highlight.js/lib/languages/brainfuck'),
  'capnproto': () => import('highlight.js/lib/languages/capnproto'),
  'dns': () => import('highlight.js/lib/languages/dns'),
  'dts': () => import('highlight.js/lib/languages/dts'),
  'ebnf': () => import('highlight.js/lib/languages/ebnf'),
  'excel': () => import('highlight.js/lib/languages/excel'),
  'gcode': () => import('highlight.js/lib/languages/gcode'),
  'hy': () => import('highlight.js/lib/languages/hy'),
  'ldif': () => import('highlight.js/lib/languages/ldif'),
  'mathematica': () => import('highlight.js/lib/languages/mathematica'),
  'moonscript': () => import('highlight.js/lib/languages/moonscript'),
  'pf': () => import('highlight.js/lib/languages/pf'),
  'processing': () => import('highlight.js/lib/languages/processing'),
  'reasonml': () => import('highlight.js/lib/languages/reasonml'),
  'scilab': () => import('highlight.js/lib/languages/scilab'),
  'smali': () => import('highlight.js/lib/languages/smali'),
  'sml': () => import('highlight.js/lib/languages/sml'),
  'stan': () => import('highlight.js/lib/languages/stan'),
  'stata': () => import('highlight.js/lib/languages/stata'),
  'thrift': () => import('highlight.js/lib/languages/thrift'),
  'vbscript': () => import('highlight.js/lib/languages/vbscript'),
  'wren': () => import('highlight.js/lib/languages/wren'),
  'xquery': () => import('highlight.js/lib/languages/xquery'),
};
const aliases = {
  'arm': 'armasm', 'ahk': 'autohotkey', 'as': 'actionscript', 'bf': 'brainfuck',
  'capnp': 'capnproto', 'mma': 'mathematica', 'moon': 'moonscript', 'reason': 'reasonml',
  'vbs': 'vbscript', 'wl': 'mathematica', 'wolfram': 'mathematica', 'xlsx': 'excel', 'zone': 'dns',
};

// What highlight.js calls a piece of code -> what TextMate's themes have a colour for.
const scopes = {
  'addition': 'markup.inserted',
  'attr': 'entity.other.attribute-name',
  'attribute': 'support.type.property-name',
  'built_in': 'support.function',
  'bullet': 'punctuation.definition.list',
  'char.escape': 'constant.character.escape',
  'class': 'entity.name.class',
  'code': 'markup.raw',
  'comment': 'comment',
  'deletion': 'markup.deleted',
  'doctag': 'storage.type.class.jsdoc',
  'emphasis': 'markup.italic',
  'function': 'entity.name.function',
  'keyword': 'keyword',
  'link': 'markup.underline.link',
  'literal': 'constant.language',
  'meta': 'meta.preprocessor',
  'name': 'entity.name.tag',
  'number': 'constant.numeric',
  'operator': 'keyword.operator',
  'property': 'variable.other.property',
  'quote': 'comment',
  'regexp': 'string.regexp',
  'section': 'markup.heading',
  'selector-class': 'entity.other.attribute-name.class',
  'selector-id': 'entity.other.attribute-name.id',
  'selector-tag': 'entity.name.tag',
  'string': 'string',
  'strong': 'markup.bold',
  'subst': 'source',
  'symbol': 'constant.other.symbol',
  'tag': 'entity.name.tag',
  'title': 'entity.name.function',
  'title.class': 'entity.name.class',
  'type': 'entity.name.type',
  'variable': 'variable',
};

const scope_of = name => {
  for (let part = name; part; part = part.slice(0, Math.max(0, part.lastIndexOf('.'))))
    if (Object.hasOwn(scopes, part)) return scopes[part];
  return 'source';
};

// The theme's settings for a scope: those of the rule that names the longest part of it.
const look_of = (theme, scope) => {
  let colour;
  let style = '';
  let best = -1;
  for (const {scope: rule, settings} of theme.settings) {
    const names = Array.isArray(rule) ? rule : (rule ?? '').split(',').map(name => name.trim());
    for (const name of names) {
      const matches = name === '' || scope === name || scope.startsWith(name + '.');
      if (!matches || name.length < best || !settings?.foreground) continue;
      best = name.length;
      colour = settings.foreground;
      style = settings.fontStyle ?? '';
    }
  }
  return [colour, (/italic/.test(style) ? 1 : 0) | (/bold/.test(style) ? 2 : 0)];
};

const grammar_of = language => {
  const name = language.toLowerCase();
  if (Object.hasOwn(grammars, name)) return name;
  return Object.hasOwn(aliases, name) ? aliases[name] : undefined;
};

// The lines' tokens as [length, colour, style]; undefined where the language is not known.
export const highlight = async (text, language, theme) => {
  const name = grammar_of(language);
  if (!name) return undefined;
  if (!hljs.getLanguage(name)) hljs.registerLanguage(name, (await grammars[name]()).default);
  const lines = [[]];
  const add = (piece, scope) => {
    piece.split('\n').forEach((part, i) => {
      if (i > 0) lines.push([]);
      if (part) lines.at(-1).push([part.length, ...look_of(theme, scope)]);
    });
  };
  const walk = (node, scope) => {
    if (typeof node === 'string') return add(node, scope);
    const own = node.scope ? scope_of(node.scope) : scope;
    for (const child of node.children) walk(child, own);
  };
  walk(hljs.highlight(text, {language: name, ignoreIllegals: true})._emitter.rootNode, 'source');
  return lines;
};
