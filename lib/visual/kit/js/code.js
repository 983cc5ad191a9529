// SPDX-License-Identifier: LGPL-2.1-or-later
// Code in colours: {text, language, theme} -> {lines: [[[length, colour, style], ...], ...]}, lengths
// in UTF-16 units, style 1 italic and 2 bold. What has no token is plain.
import './shim.js';
import {createHighlighterCoreSync, normalizeTheme} from 'shiki/core';
import {createJavaScriptRegexEngine} from 'shiki/engine/javascript';
import {highlight} from './highlight.js';
import {grammar, grammar_of, theme, theme_names} from './languages.js';
import {regex_of} from './regexes.js';

const kLongestLine = 2000;  // longer ones are data, and plain

const engine = createJavaScriptRegexEngine({forgiving: true, regexConstructor: regex_of});

const load_theme = async name => {
  if (!theme_names.includes(name))
    throw new Error(`there is no colour theme '${name}' for code; there are ${theme_names.join(', ')}`);
  return theme(name);
};

// Languages that a text says it holds: ```js, .. code-block:: js, [source,js], <script lang="ts">.
const fences = /^\s*(?:```+|~~~+|\.\.\s*code(?:-block)?::|\[source,)\s*([\w+#.-]+)|\blang=["']([\w-]+)/gm;
const languages_in = (text, possible) => {
  const named = [...text.matchAll(fences)].map(match => grammar_of(match[1] ?? match[2]));
  return [...new Set(named.filter(name => possible.includes(name)))].sort();
};

// A highlighter for each set of grammars: one that was loaded for another text must not change this
// one's colours, as it would where a grammar embeds others if they happen to be there.
const highlighters = new Map();
const kHighlighters = 32;
const highlighter_for = async (name, text) => {
  const own = await grammar(name);
  const possible = (own.at(-1).embeddedLangsLazy ?? []).map(grammar_of).filter(Boolean);
  const inside = languages_in(text, possible);
  const key = [name, ...inside].join(' ');
  if (!highlighters.has(key)) {
    if (highlighters.size >= kHighlighters) {
      const [oldest] = highlighters.keys();
      highlighters.get(oldest).dispose();
      highlighters.delete(oldest);
    }
    const langs = [own, ...await Promise.all(inside.map(grammar))];
    highlighters.set(key, createHighlighterCoreSync({langs, themes: [], engine, warnings: false}));
  }
  return highlighters.get(key);
};

const by_shiki = async (text, name, theme) => {
  const shiki = await highlighter_for(name, text);
  if (!shiki.getLoadedThemes().includes(theme.name)) shiki.loadThemeSync(theme);
  const lines = shiki.codeToTokensBase(text, {
    lang: name,
    theme: theme.name,
    tokenizeTimeLimit: 0,  // no clock decides about colours
    tokenizeMaxLineLength: kLongestLine,
  });
  return lines.map(line =>
    line.map(token => [token.content.length, token.color, (token.fontStyle ?? 0) & 3]));
};

globalThis.talkie = async request => {
  const {text, language, theme} = JSON.parse(request);
  const colours = await load_theme(theme);
  const name = grammar_of(language);
  const lines = name ? await by_shiki(text, name, colours)
                     : await highlight(text, language, normalizeTheme(colours));
  return JSON.stringify({lines: lines ?? []});
};
