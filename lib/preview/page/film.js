// SPDX-License-Identifier: LGPL-2.1-or-later
// Plays a film of pieces that may change while it plays (W3C Media Source Extensions). Pieces have
// names; what has the same name and the same place stays, everything else is put in anew.

const AHEAD = 40;             // seconds that are ready in front of the position
const BEHIND = 30;            // and that stay behind it
const MEMORY = 96 << 20;      // bytes of pieces that need not be fetched again
const EDGE = 0.0001;          // seconds; less than any frame or packet
const LONG = 1e6;

class Pieces {
  #kept = new Map();  // by name, those that were used last at the end
  #bytes = 0;

  async get(name) {
    let bytes = this.#kept.get(name);
    if (bytes) {
      this.#kept.delete(name);
    } else {
      const answer = await fetch(`/pieces/${name}`);
      if (!answer.ok) return null;  // it belongs to a film that is no more
      bytes = await answer.arrayBuffer();
      this.#bytes += bytes.byteLength;
    }
    this.#kept.set(name, bytes);
    for (const [oldest, old] of this.#kept) {
      if (this.#bytes <= MEMORY || oldest === name) break;
      this.#kept.delete(oldest);
      this.#bytes -= old.byteLength;
    }
    return bytes;
  }
}

// The pictures or the sound: one SourceBuffer, and what is in it.
class Lane {
  wanted = [];  // {name, init, type, offset, start, end}, in order
  #held = [];
  #running = false;
  #again = false;
  #init = '';
  #type;

  constructor(buffer, type, pieces, changed) {
    this.buffer = buffer;
    this.#type = type;
    this.pieces = pieces;
    this.changed = changed;
  }

  // Brings the buffer nearer to what is wanted around `time()`, step by step.
  async run(time) {
    this.#again = true;
    if (this.#running) return;
    this.#running = true;
    while (this.#again) {
      this.#again = false;
      try {
        while (await this.#step(time())) this.changed();
      } catch (error) {
        if (error.name === 'QuotaExceededError') await this.#drop(this.#held.filter(
            piece => piece.end < time() - 1 || piece.start > time() + AHEAD / 4));
        else if (error.name !== 'AbortError' && error.name !== 'TypeError') console.error(error);
      }
    }
    this.#running = false;
    this.changed();
  }

  holds(from, to) {
    const {buffered} = this.buffer;
    for (let i = 0; i < buffered.length; ++i)
      if (buffered.start(i) <= from + 0.05 && buffered.end(i) >= to - 0.05) return true;
    return false;
  }

  async #step(time) {
    const is = (a, b) => a.name === b.name && Math.abs(a.start - b.start) < EDGE &&
                         Math.abs(a.end - b.end) < EDGE;
    const stale = this.#held.filter(piece =>
      !this.wanted.some(wanted => is(piece, wanted)) ||
      piece.end < time - BEHIND || piece.start > time + 3 * AHEAD);
    if (stale.length > 0) {
      await this.#drop(stale);
      return true;
    }
    const next = this.wanted.find(piece => piece.end > time && piece.start < time + AHEAD &&
                                           !this.#held.some(held => is(held, piece)));
    if (!next) return false;
    const [init, bytes] = await Promise.all([this.pieces.get(next.init), this.pieces.get(next.name)]);
    if (!init || !bytes) return false;
    if (!this.wanted.includes(next)) return true;  // something else is, meanwhile
    if (next.type !== this.#type) this.buffer.changeType(this.#type = next.type);
    if (next.init !== this.#init) {
      await this.#done(() => this.buffer.appendBuffer(init));
      this.#init = next.init;
    }
    this.buffer.appendWindowEnd = next.end;
    this.buffer.timestampOffset = next.offset;
    await this.#done(() => this.buffer.appendBuffer(bytes));
    this.#held.push(next);
    return true;
  }

  async #drop(pieces) {
    for (const piece of pieces) {
      const begin = Math.max(0, piece.start - EDGE);
      if (piece.end - EDGE > begin)
        await this.#done(() => this.buffer.remove(begin, piece.end - EDGE));
      this.#held = this.#held.filter(held => held !== piece);
    }
  }

  #done(start) {
    return new Promise((resolve, reject) => {
      const {buffer} = this;
      const stop = () => {
        buffer.removeEventListener('updateend', end);
        buffer.removeEventListener('error', fail);
      };
      const end = () => { stop(); resolve(); };
      const fail = () => { stop(); reject(new Error('the browser cannot play this piece')); };
      buffer.addEventListener('updateend', end);
      buffer.addEventListener('error', fail);
      try {
        start();
      } catch (error) {
        stop();
        reject(error);
      }
    });
  }
}

export class Film extends EventTarget {
  #video;
  #source = new MediaSource();
  #open;
  #pieces = new Pieces();
  #lanes = {};
  #scenes = [];
  #duration = null;
  #here = {scene: 0, offset: 0};

  // Says `ready` when the position can be played.
  constructor(video) {
    super();
    this.#video = video;
    this.#open = new Promise(open => this.#source.addEventListener('sourceopen', open, {once: true}));
    video.src = URL.createObjectURL(this.#source);
    for (const name of ['timeupdate', 'seeking', 'waiting', 'play'])
      video.addEventListener(name, () => this.#feed());
    for (const name of ['seeked', 'canplay']) video.addEventListener(name, () => this.#tell());
    video.addEventListener('timeupdate', () => this.#remember());
  }

  get time() { return this.#video.currentTime; }
  get duration() { return this.#duration; }

  // The scene at a time: its index.
  sceneAt(time) {
    let found = 0;
    this.#scenes.forEach((scene, index) => {
      if (scene.start !== null && scene.start <= time + EDGE) found = index;
    });
    return found;
  }

  // The film as it is now. `to`: the scene to go to; else the position stays where it is in its
  // scene.
  async show(scenes, duration, to) {
    this.#scenes = scenes;
    this.#duration = duration;
    for (const kind of ['video', 'sound']) {
      const pieces = this.#wanted(kind);
      if (pieces.length > 0) await this.#lane(kind, pieces[0].type);
      if (this.#lanes[kind]) this.#lanes[kind].wanted = pieces;
    }
    const {scene, offset} = to === undefined ? this.#here : {scene: to, offset: 0};
    const target = this.#scenes[Math.min(scene, this.#scenes.length - 1)];
    if (target && target.start !== null) {
      const time = target.start + Math.min(offset, Math.max(0, (target.duration ?? LONG) - 0.05));
      if (to !== undefined || Math.abs(time - this.time) > 0.1) this.seek(time);
    }
    this.#feed();
  }

  seek(time) {
    this.#here = {scene: this.sceneAt(time), offset: 0};
    this.#here.offset = Math.max(0, time - (this.#scenes[this.#here.scene]?.start ?? 0));
    this.#video.currentTime = time;
    this.#feed();
  }

  // Whether the position, and a little after it, can be seen and heard.
  isReady() {
    const end = Math.min(this.time + 0.25, this.#duration ?? LONG);
    const lanes = Object.values(this.#lanes);
    return lanes.length > 0 && !this.#video.seeking && this.#video.readyState >= 2 &&
           lanes.every(lane => lane.holds(this.time, end));
  }

  #remember() {
    if (this.#video.seeking) return;
    const scene = this.sceneAt(this.time);
    this.#here = {scene, offset: this.time - (this.#scenes[scene]?.start ?? 0)};
  }

  // Each piece ends where the next one begins, whatever there is in it: sound has a little more.
  #wanted(kind) {
    return this.#scenes.flatMap((scene, index) => {
      const piece = scene[kind];
      if (!piece || scene.start === null || scene.duration === null) return [];
      const {type, init, start, parts} = piece;
      const after = this.#scenes[index + 1]?.[kind]?.start ?? scene.start + scene.duration;
      return parts.map(part => ({name: part.name, type, init, offset: start, start: start + part.start,
                                 end: kind === 'sound' ? after : start + part.end}));
    });
  }

  async #lane(kind, type) {
    await this.#open;
    this.#lanes[kind] ??= new Lane(this.#source.addSourceBuffer(type), type, this.#pieces,
                                   () => this.#settle());
  }

  #feed() {
    for (const lane of Object.values(this.#lanes)) lane.run(() => this.time);
  }

  // After every step of a lane.
  #settle() {
    const lanes = Object.values(this.#lanes);
    if (lanes.some(lane => lane.buffer.updating)) return;
    const end = this.#duration;
    if (this.#source.readyState === 'open' && end !== null) {
      const needed = Math.max(end, ...lanes.map(({buffer: {buffered}}) =>
        buffered.length > 0 ? buffered.end(buffered.length - 1) : 0));
      if (Math.abs((this.#source.duration || 0) - needed) > EDGE) this.#source.duration = needed;
      const last = end - 0.1;
      if (this.time > end - AHEAD && lanes.every(lane => lane.holds(last, last)))
        this.#source.endOfStream();
    }
    this.#tell();
  }

  #tell() {
    if (this.isReady()) this.dispatchEvent(new Event('ready'));
  }
}
