// SPDX-License-Identifier: LGPL-2.1-or-later
// The regular expressions of grammars, translated when Talkie was built (grammar_regexes.mjs).
import {EmulatedRegExp} from 'oniguruma-to-es';
import {defaultJavaScriptRegexConstructor} from 'shiki/engine/javascript';

// Where a class joins a property of Unicode with anything else, the engine takes milliseconds to
// compile it, and a grammar has hundreds of them. So what stands in classes is said in a few ranges:
// exact for the scripts that programs are written in, near enough for the others.
const ranges = {
  '\\p{L}': 'A-Za-z\\xaa\\xb5\\xba\\xc0-\\xd6\\xd8-\\xf6\\xf8-\\u02ff\\u0370-\\u1fff\\u2c00-\\u2dff' +
    '\\u3005-\\u3007\\u3031-\\ud7ff\\uf900-\\ufdff\\ufe70-\\ufefe\\uff21-\\uff3a\\uff41-\\uff5a' +
    '\\uff66-\\uffdc\\u{10000}-\\u{1efff}\\u{20000}-\\u{3ffff}',
  '\\p{Ll}': 'a-z\\xdf-\\xf6\\xf8-\\xff\\u03ac-\\u03ce\\u0430-\\u045f',
  '\\p{Lu}': 'A-Z\\xc0-\\xd6\\xd8-\\xde\\u0386-\\u03ab\\u0400-\\u042f',
  '\\p{Lt}': '\\u01c5\\u01c8\\u01cb\\u01f2',
  '\\p{M}': '\\u0300-\\u036f\\u20d0-\\u20f0\\ufe20-\\ufe2f',
  '\\p{N}': '0-9\\xb2\\xb3\\xb9\\xbc-\\xbe\\u0660-\\u0669\\u06f0-\\u06f9\\u0966-\\u096f\\uff10-\\uff19',
  '\\p{Nd}': '0-9\\u0660-\\u0669\\u06f0-\\u06f9\\u0966-\\u096f\\uff10-\\uff19',
  '\\p{Pc}': '_\\u203f\\u2040\\uff3f',
  '\\p{P}': '\\x21-\\x23\\x25-\\x2a\\x2c-\\x2f\\x3a\\x3b\\x3f\\x40\\x5b-\\x5d\\x5f\\x7b\\x7d\\xa1\\xa7\\xab' +
    '\\xb6\\xb7\\xbb\\xbf\\u2010-\\u2027\\u2030-\\u2043\\u2045-\\u205e\\u3001-\\u3003\\u3008-\\u3011',
  '\\p{S}': '\\x24\\x2b\\x3c-\\x3e\\x5e\\x60\\x7c\\x7e\\xa2-\\xa6\\xa8\\xa9\\xac\\xae-\\xb1\\xb4\\xb8\\xd7\\xf7' +
    '\\u2044\\u20a0-\\u20bf\\u2100-\\u214f\\u2190-\\u2bff\\u{1f000}-\\u{1faff}',
  '[^\\x00-\\x7F]': '\\x80-\\u{10ffff}',
};
ranges['\\p{Alpha}'] = ranges['\\p{L}'];
const piece = /\[\^\\x00-\\x7F\]|\\p\{\w+\}|\\[^]|\[|\]/g;
// "[[a]&&[^b]]"
const but_not = /\[(\[(?:\\[^]|[^[\]\\])*\])&&\[\^((?:\\[^]|[^[\]\\])*)\]\]/g;
const cheaper = pattern => {
  if (/&&\\p|\}&&/.test(pattern)) return pattern;  // an operand there is one property, or in brackets
  let depth = 0;
  return pattern.replace(but_not, '(?:(?![$2])$1)').replace(piece, part => {
    if (part === '[') ++depth;
    if (part === ']') --depth;
    return depth > 0 && ranges[part] ? ranges[part] : part;
  });
};

const translated = new Map();

// A grammar's, by name.
export const keep = table => {
  for (const name of Object.keys(table)) translated.set(`\u0001${name}`, table[name]);
};

export const regex_of = pattern => {
  const known = translated.get(pattern);
  if (!known) return defaultJavaScriptRegexConstructor(pattern, {target: 'ES2024'});
  const [source, flags, options] = known;
  return options ? new EmulatedRegExp(cheaper(source), flags, options)
                 : new RegExp(cheaper(source), flags);
};
