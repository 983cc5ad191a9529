// SPDX-License-Identifier: LGPL-2.1-or-later
// Used by build.mjs: shiki's grammars are written for Oniguruma. Their regular expressions are
// translated here, when Talkie is built, because that takes a second for C++ and as much for
// JavaScript; regexes.js picks them up.
import {createHash} from 'node:crypto';
import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {join} from 'node:path';

// As shiki's own engine does it.
const translation = {
  global: true,
  hasIndices: true,
  target: 'ES2024',
  rules: {
    allowOrphanBackrefs: true,
    asciiWordBoundaries: true,
    captureGroup: true,
    recursionLimit: 5,
    singleline: true,
  },
};

// The anchors that textmate resolves itself: it puts U+FFFF for the letter where one must not match.
const anchors = pattern => {
  const found = new Set([...pattern.matchAll(/\\([^])/g)].map(match => match[1]));
  return ['A', 'G'].filter(letter => found.has(letter));
};
const resolve = (pattern, forbidden) =>
  pattern.replace(/\\([^])/g, (all, letter) => (forbidden.includes(letter) ? '\\\uffff' : all));

// Changes the grammar's expressions into names (and the anchors in them); returns what they name:
// {name: [pattern, flags, options]}.
const translate = (grammar, toRegExpDetails) => {
  const table = {};
  const replace = pattern => {
    if (!pattern) return pattern;  // an empty end is no end
    const hash = createHash('sha256').update(pattern).digest('base64url').slice(0, 10);
    const named = hash + anchors(pattern).map(letter => `\\${letter}`).join('');
    const variants = [[], ['A'], ['G'], ['A', 'G']].filter(
      forbidden => forbidden.every(letter => anchors(pattern).includes(letter)));
    try {
      for (const forbidden of variants) {
        const {pattern: source, flags, options} =
          toRegExpDetails(resolve(pattern, forbidden), translation);
        table[resolve(named, forbidden)] = options ? [source, flags, options] : [source, flags];
      }
      return `\u0001${named}`;
    } catch {
      return pattern;  // shiki passes over what cannot be said in JavaScript
    }
  };
  const walk = rule => {
    for (const [key, value] of Object.entries(rule)) {
      if (typeof value === 'object' && value !== null) walk(value);
      else if (['match', 'begin'].includes(key)) rule[key] = replace(value);
      // Here a figure stands for what `begin` has captured, which is known later.
      else if (['end', 'while'].includes(key) && !/\\\d/.test(value)) rule[key] = replace(value);
    }
  };
  walk([grammar.patterns, grammar.repository, grammar.injections].filter(Boolean));
  return table;
};

// esbuild's plug-in. A grammar's file says `JSON.parse("…")`.
export const grammar_regexes = (folder, sources) => ({
  name: 'grammar regexes',
  setup(build) {
    const require = createRequire(join(folder, 'package.json'));
    build.onLoad({filter: /@shikijs[\\/]langs[\\/]dist[\\/].*\.mjs$/}, ({path}) => {
      const {toRegExpDetails} = require('oniguruma-to-es');
      const text = readFileSync(path, 'utf8');
      const literal = /JSON\.parse\(("(?:[^"\\]|\\.)*")\)/.exec(text);
      if (!literal) return undefined;
      const grammar = JSON.parse(JSON.parse(literal[1]));
      const table = translate(grammar, toRegExpDetails);
      const parse = value => `JSON.parse(${JSON.stringify(JSON.stringify(value))})`;
      const contents = `import {keep} from ${JSON.stringify(join(sources, 'regexes.js'))};\n` +
        `keep(${parse(table)});\n${text.replace(literal[0], () => parse(grammar))}`;
      return {contents, loader: 'js'};
    });
  },
});
