// SPDX-License-Identifier: LGPL-2.1-or-later
// Used by build.mjs: Mermaid copies all of its settings, property by property, whenever it looks at
// one, which takes a quarter of the time of a small diagram. Here the same copy is made quickly.
import {readFileSync} from 'node:fs';

const slow = /var getConfig = \/\* @__PURE__ \*\/ __name\(\(\) => \{\s*return assignWithDepth_default\(\{\}, currentConfig\);\s*\}/;
const fast = `
const copied = (value, depth) => {
  if (Array.isArray(value)) return [...new Set(value)];
  const copy = {...value};
  if (depth === 0) return copy;
  for (const name in copy) {
    if (copy[name] === null) delete copy[name];
    else if (typeof copy[name] === 'object') copy[name] = copied(copy[name], depth - 1);
  }
  return copy;
};
var getConfig = __name(() => copied(currentConfig, 2)`;

export const mermaid_settings = {
  name: 'mermaid_settings',
  setup(build) {
    let found = 0;
    build.onLoad({filter: /mermaid\.core\/chunk-[^/]*\.mjs$/}, ({path}) => {
      const contents = readFileSync(path, 'utf8');
      if (!slow.test(contents)) return undefined;
      ++found;
      return {contents: contents.replace(slow, fast), loader: 'js'};
    });
    build.onEnd(({metafile}) => {
      const asked = Object.keys(metafile?.inputs ?? {}).some(file => file.includes('/mermaid/'));
      if (asked && found !== 1)
        throw new Error(`Mermaid copies its settings in ${found} places that are known; look at mermaid_settings.mjs`);
    });
  },
};
