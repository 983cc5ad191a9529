// SPDX-License-Identifier: LGPL-2.1-or-later
// node build.mjs FOLDER SOURCES NAME OUT NOTICES: makes one bundle of SOURCES/NAME.js and of the
// packages in FOLDER, collects the licence notices of all that went into it, and writes OUT.d, from
// which ninja knows when to make it anew.
import {readFileSync, readdirSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {join, resolve} from 'node:path';
import {grammar_regexes} from './grammar_regexes.mjs';
import {mermaid_settings} from './mermaid_settings.mjs';

const [folder, sources, name, out, notices] = process.argv.slice(2);
const {build} = createRequire(resolve(folder, 'package.json'))('esbuild');

const {metafile} = await build({
  absWorkingDir: resolve(folder),
  entryPoints: [resolve(sources, `${name}.js`)],
  outfile: resolve(out),
  bundle: true,
  format: 'iife',
  platform: 'neutral',
  mainFields: ['module', 'main'],
  conditions: ['import', 'default'],
  target: 'es2023',
  minify: true,
  legalComments: 'none',  // they are in the notices
  charset: 'ascii',
  nodePaths: [resolve(folder, 'node_modules')],
  alias: {dompurify: resolve(sources, 'purify.js')},  // what is drawn is checked by Talkie itself
  plugins: [grammar_regexes(resolve(folder), resolve(sources)), mermaid_settings],
  metafile: true,
  logLevel: 'warning',
});

// "…/node_modules/@scope/name/dist/x.js" -> "…/node_modules/@scope/name"
const package_of = file => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1];
const inputs = Object.keys(metafile.inputs);
const packages = new Set(inputs.map(package_of).filter(Boolean));

const author = ({author, maintainers}) => author?.name ?? author ?? maintainers?.[0]?.name ?? 'its authors';
const text = [...packages].sort().map(path => {
  const at = resolve(folder, path);
  const about = JSON.parse(readFileSync(join(at, 'package.json'), 'utf8'));
  const files = readdirSync(at).filter(file => /^(licen[cs]e|copying|notice)/i.test(file)).sort();
  const licence = files.map(file => readFileSync(join(at, file), 'utf8').trim()).join('\n\n');
  return `${about.name} ${about.version} (${about.license})\n\n${licence || `By ${author(about)}; the package holds no licence file.`}\n`;
});
writeFileSync(notices, text.join('\n' + '-'.repeat(80) + '\n\n'));

const ours = inputs.filter(file => !package_of(file)).map(file => resolve(folder, file));
writeFileSync(`${out}.d`, `${out}: ${ours.map(file => file.replaceAll(' ', '\\ ')).join(' ')}\n`);
