// SPDX-License-Identifier: LGPL-2.1-or-later
// What a script engine without a browser lacks, as far as the bundled libraries use it; and no
// chance and no clock: the same request has the same answer. Imported first by every bundle.
const g = globalThis;
g.global ??= g;
g.self ??= g;

// The time of day never changes. The time that passes is that of the timers, and a little with each
// look at it, so that loops that wait for it end.
const today = Date.UTC(2024, 0, 1);
const RealDate = Date;
let passed_ms = 0;
let looks = 0;
const now = () => today + passed_ms;
g.Date = new Proxy(RealDate, {
  construct: (target, values, asked) =>
    Reflect.construct(target, values.length ? values : [now()], asked),
  apply: () => new RealDate(now()).toString(),
  get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
});
RealDate.prototype.constructor = g.Date;
g.performance = {now: () => passed_ms + ++looks / 1000, mark() {}, measure() {}};

// Timers, in the order of their time. The host calls __tick() until it gives 0.
let timers = [];
let last_timer = 0;
const add_timer = (task, delay_ms, values, every) => {
  const due = passed_ms + Math.max(0, Number(delay_ms) || 0);
  timers.push({id: ++last_timer, due, task, values, every});
  timers.sort((a, b) => a.due - b.due || a.id - b.id);
  return last_timer;
};
g.setTimeout = (task, delay_ms, ...values) => add_timer(task, delay_ms, values);
g.setInterval = (task, delay_ms, ...values) =>
  add_timer(task, delay_ms, values, Math.max(1, Number(delay_ms) || 0));
g.setImmediate = (task, ...values) => add_timer(task, 0, values);
g.clearTimeout = g.clearInterval = g.clearImmediate = id => {
  timers = timers.filter(timer => timer.id !== id);
};
g.requestAnimationFrame = task => add_timer(() => task(g.performance.now()), 16, []);
g.cancelAnimationFrame = g.clearTimeout;
g.requestIdleCallback = task =>
  add_timer(() => task({didTimeout: false, timeRemaining: () => 50}), 0, []);
g.cancelIdleCallback = g.clearTimeout;
g.__tick = () => {
  const timer = timers.shift();
  if (!timer) return 0;
  passed_ms = Math.max(passed_ms, timer.due);
  if (timer.every) {
    const again = {...timer, due: passed_ms + timer.every};
    timers.push(again);
    timers.sort((a, b) => a.due - b.due || a.id - b.id);
  }
  timer.task(...timer.values);
  return 1;
};
g.queueMicrotask ??= task => void Promise.resolve().then(task);

// Mulberry32: numbers that look like chance and are the same for every request.
let seed = 0;
const chance = () => {
  seed = (seed + 0x6d2b79f5) | 0;
  let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
};
Math.random = chance;
g.crypto = {
  getRandomValues(numbers) {
    for (let i = 0; i < numbers.length; ++i) numbers[i] = Math.floor(chance() * 4294967296);
    return numbers;
  },
  randomUUID: () => 'xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx'.replace(
    /x/g, () => Math.floor(chance() * 16).toString(16)),
};

// The host calls this before each request.
g.__begin = () => {
  timers = [];
  last_timer = passed_ms = looks = 0;
  seed = 0x9e3779b9;
};
g.__begin();

const log = (...values) => g.__log?.(values.map(String).join(' '));
g.console = Object.fromEntries(
  ['log', 'info', 'debug', 'warn', 'error', 'trace', 'assert', 'group', 'groupEnd', 'time', 'timeEnd']
    .map(name => [name, log]));

g.structuredClone ??= value => {
  const seen = new Map();
  const copy = from => {
    if (typeof from !== 'object' || from === null) return from;
    if (seen.has(from)) return seen.get(from);
    if (from instanceof Date) return new Date(from.getTime());
    const keep = to => (seen.set(from, to), to);
    if (from instanceof Map) {
      const map = keep(new Map());
      from.forEach((value, key) => map.set(copy(key), copy(value)));
      return map;
    }
    if (from instanceof Set) {
      const set = keep(new Set());
      from.forEach(value => set.add(copy(value)));
      return set;
    }
    if (ArrayBuffer.isView(from)) return keep(from.slice());
    const to = keep(Array.isArray(from) ? [] : {});
    for (const key of Object.keys(from)) to[key] = copy(from[key]);
    return to;
  };
  return copy(value);
};

g.TextEncoder ??= class {
  encode(text = '') {
    const escaped = encodeURIComponent(String(text).toWellFormed());
    const bytes = escaped.replace(/%(..)/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
    return Uint8Array.from(bytes, byte => byte.charCodeAt(0));
  }
};
g.TextDecoder ??= class {
  decode(bytes = []) {
    const view = ArrayBuffer.isView(bytes)
      ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength) : new Uint8Array(bytes);
    let escaped = '';
    for (const byte of view) escaped += '%' + byte.toString(16).padStart(2, '0');
    return decodeURIComponent(escaped);
  }
};

const base64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
g.atob ??= text => {
  let out = '';
  let bits = 0;
  let count = 0;
  for (const letter of text) {
    const value = base64.indexOf(letter);
    if (value < 0) continue;
    bits = ((bits << 6) | value) & 0xffffff;
    count += 6;
    if (count >= 8) out += String.fromCharCode((bits >> (count -= 8)) & 255);
  }
  return out;
};
g.btoa ??= text => {
  let out = '';
  for (let i = 0; i < text.length; i += 3) {
    const [a, b, c] = [0, 1, 2].map(k => text.charCodeAt(i + k));
    out += base64[a >> 2] + base64[((a & 3) << 4) | (b >> 4)];
    out += isNaN(b) ? '=' : base64[((b & 15) << 2) | (c >> 6)];
    out += isNaN(c) ? '=' : base64[c & 63];
  }
  return out;
};
