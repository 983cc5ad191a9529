// SPDX-License-Identifier: LGPL-2.1-or-later
// Mermaid text -> a drawing in parts. Request: {text, prefix, look}; answer: Drawn's fields.
import './shim.js';
import {setRoom} from './dom.js';
import mermaid from 'mermaid';
import {StyleSheet} from './css.js';
import {Drawing} from './flatten.js';
import {configuration, fittedTo, kTextSize} from './mermaid_look.js';
import {placeOf, plainWords} from './mermaid_errors.js';
import {drawJourney, drawTimeline} from './mermaid_own.js';
import {arrange} from './mermaid_parts.js';
import {tidy} from './mermaid_tidy.js';
import {setUsualFont} from './text.js';
import {parse} from './xml.js';

// Settings in the text (%%{init: …}%%, front matter) that the film's theme decides.
const kOurs = ['secure', 'securityLevel', 'startOnLoad', 'maxTextSize', 'maxEdges', 'theme',
  'themeVariables', 'themeCSS', 'fontFamily', 'altFontFamily', 'fontSize', 'look', 'darkMode',
  'htmlLabels', 'deterministicIds', 'deterministicIDSeed', 'suppressErrorRendering', 'dompurifyConfig',
  'handDrawnSeed', 'logLevel'];

// Labels are text: HTML is not drawn.
const withoutHtml = text => text.replace(/(["']?htmlLabels["']?\s*:\s*)true/gi, '$1false');

// What we draw ourselves from Mermaid's reading of the text.
const kOwn = {timeline: drawTimeline, journey: drawJourney};

async function pictureOf(diagram, source, {prefix, look}, room) {
  const own = kOwn[diagram.type];
  if (own) return {root: own(diagram.db, look, room), style: ''};
  const {svg} = await mermaid.render(prefix, source);
  const root = parse(svg);
  const style = root.find(e => e.localName === 'style')?.textContent ?? '';
  tidy(diagram.type, root, look, room);
  return {root, style};
}

function merged(settings, more) {
  const all = {...settings};
  for (const [name, value] of Object.entries(more)) all[name] = {...all[name], ...value};
  return all;
}

async function draw(request) {
  const {text, prefix, look} = request, scale = kTextSize / look.text_px;
  const room = {width: look.width * scale, height: look.height * scale};
  setUsualFont({family: look.family, mono: look.mono, px: kTextSize});
  setRoom(room.width, room.height);
  document.body.innerHTML = '';
  mermaid.initialize({...configuration(look, room), secure: kOurs});
  const source = withoutHtml(text);
  const diagram = await mermaid.mermaidAPI.getDiagramFromText(source);
  mermaid.initialize({...merged(configuration(look, room), fittedTo(diagram, look, room)),
                      secure: kOurs});
  const {root, style} = await pictureOf(diagram, source, request, room);
  const drawing = new Drawing(root, new StyleSheet(style), {
    prefix, language: look.language, ground: look.ground, inks: [look.text, look.ground]});
  arrange({kind: diagram.type, root, drawing, db: diagram.db, prefix});
  return {...drawing.finish(), text_size: kTextSize, baseline: 0};
}

globalThis.talkie = async request => {
  const asked = JSON.parse(request);
  try {
    return JSON.stringify(await draw(asked));
  } catch (problem) {
    const found = placeOf(problem, asked.text);
    if (!found) throw new Error(plainWords(problem));
    return JSON.stringify({error: plainWords(problem), line: found});
  }
};
