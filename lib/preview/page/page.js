// SPDX-License-Identifier: LGPL-2.1-or-later
// The page: the film, its scenes, and what is wrong with them.
import {Film} from './film.js';

const byId = id => document.getElementById(id);
const video = byId('video');
const film = new Film(video);
let state = {scenes: [], errors: []};
let rows = [];
let shownEdit = -1;       // the edit that was gone to
let saidScene = -1;       // the scene that the program was told of
let wantsPlay = true;     // until somebody pauses
let captionsOn = false;
let socket = null;

const clock = seconds => {
  if (seconds === null || seconds === undefined || !isFinite(seconds)) return '–:––';
  const whole = Math.floor(seconds + 0.001);
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  const two = number => String(number).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
};

const make = (name, attributes = {}, ...children) => {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes))
    if (value !== undefined && value !== false) element.setAttribute(key, value === true ? '' : value);
  element.append(...children);
  return element;
};

const setText = (element, text) => {
  if (element.textContent !== text) element.textContent = text;
};

// ---- the program behind the page

function connect() {
  socket = new WebSocket(`ws://${location.host}/events`);
  socket.onopen = () => { saidScene = -1; };
  socket.onmessage = event => take(JSON.parse(event.data));
  socket.onclose = () => {
    showStatus();
    setTimeout(connect, 1000);
  };
}

function sayScene(scene) {
  if (scene === saidScene || socket?.readyState !== WebSocket.OPEN) return;
  saidScene = scene;
  socket.send(String(scene));
}

async function take(news) {
  const arrived = performance.now();
  const before = state;
  state = {scenes: [], errors: [], problems: [], ...news};
  showStatus();
  showErrors();
  showRows(before);
  setText(byId('title'), state.title || state.file);
  setText(byId('file'), state.title ? state.file : '');
  document.title = `${state.title || state.file} – Talkie`;
  if (state.width) byId('screen').style.setProperty('--ratio', `${state.width / state.height}`);
    byId('to-captions').hidden = !state.scenes.some(scene => scene.captions);
  showNotice();
  if (state.edit === undefined) return;
  const isNew = state.edit !== shownEdit && state.scenes[state.edited]?.start !== null;
  if (isNew) document.body.dataset.arrived = arrived.toFixed(1);
  const to = isNew ? state.edited : undefined;
  if (isNew) shownEdit = state.edit;
  await film.show(state.scenes, state.duration, to);
  if (isNew) {
    followRow(state.edited);
    play();
  }
  showTime();
}

// ---- playing

function play() {
  if (!wantsPlay) return;
  video.play().then(() => { byId('start').hidden = true; }, error => {
    // Browsers let nothing sound before somebody has touched the page.
    if (error.name === 'NotAllowedError') byId('start').hidden = false;
  });
}

function toggle() {
  wantsPlay = video.paused;
  if (!wantsPlay) return video.pause();
  if (video.ended) film.seek(0);
  play();
}

function goTo(scene) {
  const index = Math.max(0, Math.min(scene, state.scenes.length - 1));
  const target = state.scenes[index];
  if (!target || target.start === null) return;
  film.seek(target.start);
  sayScene(index);
  showTime();
  followRow(index);
  play();
}

// The scene before; the same one again where it has been on for a while.
function goBack() {
  const here = film.sceneAt(film.time);
  const since = film.time - (state.scenes[here]?.start ?? 0);
  goTo(since > 2 && !video.paused ? here : here - 1);
}
const goOn = () => goTo(film.sceneAt(film.time) + 1);

const actions = {
  ' ': toggle, k: toggle,
  ArrowLeft: goBack, ArrowRight: goOn,
  Home: () => goTo(0), End: () => goTo(state.scenes.length - 1),
  m: () => { video.muted = !video.muted; },
  c: () => { captionsOn = !captionsOn; showCaptions(); },
  f: () => document.fullscreenElement ? document.exitFullscreen()
                                      : byId('screen').requestFullscreen?.(),
  '?': () => byId('keys-dialog').showModal(),
};

document.addEventListener('keydown', event => {
  if (event.ctrlKey || event.metaKey || event.altKey || byId('keys-dialog').open) return;
  const action = actions[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!action) return;
  // Who came to a button with the Tab key presses it with the space bar.
  if (event.key === ' ' && event.target.matches('button:focus-visible')) return;
  if (event.target === byId('seek') && event.key.startsWith('Arrow')) return;
  event.preventDefault();
  action();
});

// ---- what is shown

const icon = (button, name) => byId(button).querySelector('use').setAttribute('href', `#${name}`);

function showTime() {
  const {time} = film;
  const here = film.sceneAt(time);
  setText(byId('position'), clock(time));
  setText(byId('duration'), clock(state.duration));
  const seek = byId('seek');
  const known = state.scenes.filter(scene => scene.start !== null && scene.duration !== null).at(-1);
  const end = state.duration ?? (known ? known.start + known.duration : 0);
  seek.disabled = !(end > 0);
  seek.max = end || 1;
  if (document.activeElement !== seek || !seek.matches(':active')) seek.value = time;
  seek.style.setProperty('--played', `${end > 0 ? Math.min(1, time / end) * 100 : 0}%`);
  seek.setAttribute('aria-valuetext', `${clock(time)} of ${clock(end)}, scene ${here + 1}`);
  rows.forEach((row, index) => {
    const isHere = index === here;
    if (isHere) {
      const {start, duration} = state.scenes[index];
      const done = duration ? Math.max(0, Math.min(1, (time - start) / duration)) : 0;
      row.item.style.setProperty('--done', `${done * 100}%`);
    }
    if (row.isHere === isHere) return;
    row.isHere = isHere;
    row.item.classList.toggle('here', isHere);
    if (isHere) row.pick.setAttribute('aria-current', 'true');
    else row.pick.removeAttribute('aria-current');
  });
  showCaptions();
  showNotice();
}

function showPlaying() {
  const plays = !video.paused && !video.ended;
  icon('to-play', plays ? 'pause' : 'play');
  byId('to-play').setAttribute('aria-label', plays ? 'Pause' : 'Play');
  icon('to-mute', video.muted ? 'muted' : 'sound');
  byId('to-mute').setAttribute('aria-pressed', String(video.muted));
}

function showStatus() {
  const status = byId('status');
  const connected = socket?.readyState === WebSocket.OPEN;
  const warnings = [state, ...state.scenes].flatMap(one => one.problems ?? []);
  const broken = warnings.filter(problem => problem.error).length + state.errors.length;
  const say = (kind, text) => { status.dataset.state = kind; setText(status, text); };
  if (!connected) return say('lost', 'Talkie has ended; waiting for it');
  if (state.errors.length > 0) return say('error', 'Error in the script');
  if (state.working) {
    const {workingOn, scenes} = state;
    return say('working', workingOn >= 0 ? `Making scene ${workingOn + 1} of ${scenes.length}` : 'Reading');
  }
  if (broken > 0) return say('error', broken === 1 ? '1 error' : `${broken} errors`);
  if (warnings.length > 0)
    return say('warning', warnings.length === 1 ? '1 warning' : `${warnings.length} warnings`);
  return say('done', 'Up to date');
}

// Copies the place, which editors understand, and goes to the scene.
function problemRow(problem, scene) {
  const place = make('span', {class: 'place'}, problem.place || state.file);
  const button = make('button', {type: 'button', title: 'Copy the place'}, place,
                      make('span', {class: 'message'}, problem.message));
  button.addEventListener('click', async () => {
    if (scene !== undefined) goTo(scene);
    try {
      await navigator.clipboard.writeText(problem.place);
      place.dataset.copied = 'copied';
      setTimeout(() => delete place.dataset.copied, 1200);
    } catch { /* a browser may keep its clipboard to itself */ }
  });
  return make('li', {class: problem.error ? 'error' : 'warning'}, button);
}

const sceneOfLine = line => {
  const found = state.scenes.findLastIndex(scene => scene.line > 0 && scene.line <= line);
  return line > 0 && found >= 0 ? found : undefined;
};

function showErrors() {
  const errors = byId('errors');
  const key = JSON.stringify(state.errors);
  if (errors.dataset.key !== key) {
    errors.dataset.key = key;
    const title = state.scenes.length > 0 ? 'The film as it was, until this is mended'
                                          : 'There is no film yet';
    errors.replaceChildren(make('h2', {}, title),
      make('ul', {}, ...state.errors.filter(problem => problem.error)
                                   .map(error => problemRow(error, sceneOfLine(error.line)))));
  }
  errors.hidden = state.errors.length === 0;
  const remarks = byId('remarks');
  remarks.replaceChildren(make('ul', {}, ...(state.problems ?? []).map(one => problemRow(one))));
  remarks.hidden = !state.problems?.length;
}

function newRow(index) {
  const picture = make('img', {alt: '', hidden: true, decoding: 'async'});
  const length = make('span', {class: 'length'});
  const name = make('span', {class: 'name'});
  const start = make('span');
  const line = make('span');
  const pick = make('button', {type: 'button', class: 'pick'},
    make('span', {class: 'picture'}, picture, length),
    make('span', {class: 'words'},
      make('span', {class: 'number'}, String(index + 1)), name,
      make('span', {class: 'facts'}, start, line)));
  const problems = make('ul', {class: 'problems'});
  const item = make('li', {class: 'scene'}, pick, problems);
  pick.addEventListener('click', () => goTo(index));
  return {item, pick, picture, length, name, start, line, problems, isHere: undefined, said: ''};
}

function showRows(before) {
  const list = byId('scenes');
  while (rows.length > state.scenes.length) rows.pop().item.remove();
  while (rows.length < state.scenes.length) {
    rows.push(newRow(rows.length));
    list.append(rows.at(-1).item);
  }
  if (before.scenes.length !== state.scenes.length)
    setText(byId('count'), state.scenes.length > 0 ? String(state.scenes.length) : '');
  rows.forEach((row, index) => showRow(row, index));
}

function showRow(row, index) {
  const scene = state.scenes[index];
  const making = state.working && state.workingOn === index && state.errors.length === 0;
  const said = JSON.stringify([scene, making, state.errors.length]);
  if (row.said === said) return;
  row.said = said;
  row.item.dataset.state = making ? 'making' : scene.state;
  setText(row.name, scene.name || scene.id);
  setText(row.start, clock(scene.start));
  setText(row.length, scene.duration === null ? '' : clock(scene.duration));
  setText(row.line, scene.line > 0 ? `line ${scene.line}` : '');
  const picture = scene.thumbnail ? `/pieces/${scene.thumbnail}` : '';
  if (picture && row.picture.getAttribute('src') !== picture) row.picture.src = picture;
  row.picture.hidden = !picture;
  row.problems.replaceChildren(...scene.problems.map(problem => problemRow(problem, index)));
  row.problems.hidden = scene.problems.length === 0;
}

function followRow(index) {
  const item = rows[index]?.item;
  const list = byId('scenes');
  if (!item || list.scrollHeight <= list.clientHeight + 1) return;
  const top = item.offsetTop - list.offsetTop;
  const isSeen = top >= list.scrollTop && top + item.offsetHeight <= list.scrollTop + list.clientHeight;
  if (!isSeen) list.scrollTop = Math.max(0, top - list.clientHeight / 3);
}

// Why nothing is seen where one is.
function showNotice() {
  const scene = state.scenes[film.sceneAt(film.time)];
  const notice = byId('notice');
  let text = '';
  if (!scene) text = state.errors.length > 0 ? '' : 'Reading the script';
  else if (scene.state === 'failed') text = 'This scene cannot be made';
  else if (!scene.sound) text = 'Making this scene';
  else if (!scene.video) text = 'A film without pictures';
  setText(notice, text);
  notice.hidden = text === '';
}

const captionLists = new Map();
async function showCaptions() {
  const box = byId('captions');
  byId('to-captions').setAttribute('aria-pressed', String(captionsOn));
  const scene = state.scenes[film.sceneAt(film.time)];
  const name = captionsOn ? scene?.captions : '';
  if (name && !captionLists.has(name)) {
    captionLists.set(name, []);
    const answer = await fetch(`/pieces/${name}`);
    captionLists.set(name, answer.ok ? await answer.json() : []);
  }
  const time = film.time - (scene?.start ?? 0);
  const caption = name ? captionLists.get(name).find(([start, end]) => start <= time && time < end)
                       : undefined;
  setText(box, caption ? caption[2] : '');
  box.hidden = !caption;
}

// ---- all of it together

byId('to-play').addEventListener('click', toggle);
byId('to-previous').addEventListener('click', goBack);
byId('to-next').addEventListener('click', goOn);
byId('to-mute').addEventListener('click', actions.m);
byId('to-captions').addEventListener('click', actions.c);
byId('to-full').addEventListener('click', actions.f);
byId('to-keys').addEventListener('click', actions['?']);
byId('start').addEventListener('click', () => { wantsPlay = true; play(); });
video.addEventListener('click', toggle);
byId('seek').addEventListener('input', event => {
  film.seek(Number(event.target.value));
  sayScene(film.sceneAt(film.time));
});
for (const name of ['play', 'pause', 'ended', 'volumechange'])
  video.addEventListener(name, showPlaying);
let sceneBefore = -1;
video.addEventListener('timeupdate', () => {
  const here = film.sceneAt(film.time);
  sayScene(here);
  if (here !== sceneBefore) followRow(sceneBefore = here);
});
// Smoother than `timeupdate`, and only while something moves.
(function tick() {
  if (!video.paused || video.seeking) showTime();
  requestAnimationFrame(tick);
})();
film.addEventListener('ready', () => {
  if (document.body.dataset.ready === String(shownEdit)) return;
  document.body.dataset.ready = String(shownEdit);
  document.body.dataset.readyAt = performance.now().toFixed(1);
});
connect();
