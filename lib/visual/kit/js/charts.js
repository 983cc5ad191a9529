// SPDX-License-Identifier: LGPL-2.1-or-later
// Vega-Lite (or Vega) -> a drawing in parts. Request: {spec, files, prefix, look}, where `files`
// has the content of the files that the data may name; answer: Drawn's fields.
import './shim.js';
import * as vega from 'vega';
import {compile} from 'vega-lite';
import {configuration, kTextSize, localeOf} from './charts_look.js';
import {arrange, hasValueTitle, inOrder} from './charts_parts.js';
import {StyleSheet} from './css.js';
import {Drawing} from './flatten.js';
import {setUsualFont, widthOf} from './text.js';
import {parse} from './xml.js';

// As librsvg will draw it, instead of an estimate.
vega.textMetrics.width = (item, text) => {
  const weight = item.fontWeight === 'bold' ? 700 : Number(item.fontWeight) || 400;
  const line = text === null || text === undefined ? '' : String(text);
  return widthOf(line, {family: look.family, px: Number(item.fontSize ?? 11), weight,
                        italic: item.fontStyle === 'italic'});
};
let look = {};

// Gives the files of the script's folder that came with the request, and nothing else. What it
// refused is remembered, as Vega goes on without it.
function loaderOf(files) {
  const refused = [];
  const load = async name => {
    if (Object.hasOwn(files, name)) return files[name];
    refused.push(name);
    throw new Error('refused');
  };
  const sanitize = async name => {
    if (Object.hasOwn(files, name)) return {href: name};
    refused.push(name);
    throw new Error('refused');
  };
  return {refused, load, sanitize, http: load, file: load};
}

const kSilent = Object.fromEntries(['level', 'warn', 'info', 'debug'].map(
    name => [name, function() { return this; }]));
const failing = {...kSilent, error(...words) { throw new Error(words.join(' ')); }};

const composed = spec => ['hconcat', 'vconcat', 'concat', 'facet', 'repeat', 'spec'].some(
    name => name in spec) || ['row', 'column', 'facet'].some(name => spec.encoding?.[name]);

// As large as the box, which is `width` x `height`.
function fitted(spec, {width, height}) {
  if (composed(spec)) return spec;
  return {...spec, width, height, autosize: {type: 'fit', contains: 'padding'}};
}

async function render(spec, files, room) {
  const several = composed(spec);
  const config = configuration(
      look, room, {titled: !several && hasValueTitle(spec), composed: several});
  const locale = localeOf(look.language);
  const loader = loaderOf(files);
  let program = spec;
  if (!/\/vega\/v\d/.test(spec.$schema ?? ''))
    program = compile(fitted(spec, room), {config, logger: failing}).spec;
  const view = new vega.View(vega.parse(program, config),
      {renderer: 'none', loader, locale, logger: failing});
  await view.runAsync();
  const svg = await view.toSVG(1);
  view.finalize();
  if (loader.refused.length)
    throw new Error(`names '${loader.refused[0].slice(0, 200)}', which is no file of the ` +
        "script's folder: charts show data of their own, or of a CSV or JSON file there");
  return svg;
}

async function draw(request) {
  look = request.look;
  const scale = kTextSize / look.text_px;
  const room = {width: look.width * scale, height: look.height * scale};
  setUsualFont({family: look.family, mono: look.mono, px: kTextSize});
  const root = parse(await render(request.spec, request.files ?? {}, room));
  const drawing = new Drawing(root, new StyleSheet(''), {
    prefix: request.prefix, language: look.language, ground: look.ground,
    inks: [look.text, look.ground]});
  const partOf = arrange(drawing, request.spec);
  inOrder(drawing, partOf);
  return {...drawing.finish({partOf}), text_size: kTextSize, baseline: 0};
}

globalThis.talkie = async request => JSON.stringify(await draw(JSON.parse(request)));
