// SPDX-License-Identifier: LGPL-2.1-or-later
// Plane geometry of SVG: matrices, outlines of shapes, boxes.

export const identity = [1, 0, 0, 1, 0, 0];

// The matrix that applies `b` first, then `a`.
export function multiply(a, b) {
  return [
    a[0] * b[0] + a[2] * b[1], a[1] * b[0] + a[3] * b[1],
    a[0] * b[2] + a[2] * b[3], a[1] * b[2] + a[3] * b[3],
    a[0] * b[4] + a[2] * b[5] + a[4], a[1] * b[4] + a[3] * b[5] + a[5],
  ];
}

export const apply = (m, [x, y]) => [m[0] * x + m[2] * y + m[4], m[1] * x + m[3] * y + m[5]];

export function inverse([a, b, c, d, e, f]) {
  const size = a * d - b * c;
  if (!size) return identity;
  return [d / size, -b / size, -c / size, a / size, (c * f - d * e) / size, (b * e - a * f) / size];
}

const translation = (x, y) => [1, 0, 0, 1, x, y];

function rotation(degrees, x = 0, y = 0) {
  const angle = degrees * Math.PI / 180;
  const turn = [Math.cos(angle), Math.sin(angle), -Math.sin(angle), Math.cos(angle), 0, 0];
  return multiply(multiply(translation(x, y), turn), translation(-x, -y));
}

// Of a transform attribute (SVG 1.1, section 7.6).
export function matrixOf(transform) {
  let matrix = identity;
  for (const [, name, list] of (transform ?? '').matchAll(/(\w+)\s*\(([^)]*)\)/g)) {
    const n = list.split(/[\s,]+/).filter(Boolean).map(parseFloat);
    const step = {
      translate: () => translation(n[0] || 0, n[1] || 0),
      translateX: () => translation(n[0] || 0, 0),
      translateY: () => translation(0, n[0] || 0),
      scale: () => [n[0], 0, 0, n[1] ?? n[0], 0, 0],
      rotate: () => rotation(n[0], n[1], n[2]),
      skewX: () => [1, 0, Math.tan(n[0] * Math.PI / 180), 1, 0, 0],
      skewY: () => [1, Math.tan(n[0] * Math.PI / 180), 0, 1, 0, 0],
      matrix: () => n,
    }[name];
    if (step) matrix = multiply(matrix, step());
  }
  return matrix;
}

export class Bounds {
  left = Infinity;
  top = Infinity;
  right = -Infinity;
  bottom = -Infinity;

  get empty() { return !(this.right >= this.left && this.bottom >= this.top); }
  add([x, y], margin = 0) {
    if (!Number.isFinite(x) || !Number.isFinite(y)) return;
    this.left = Math.min(this.left, x - margin);
    this.right = Math.max(this.right, x + margin);
    this.top = Math.min(this.top, y - margin);
    this.bottom = Math.max(this.bottom, y + margin);
  }
  unite(other, matrix = identity) {
    if (other.empty) return;
    for (const x of [other.left, other.right])
      for (const y of [other.top, other.bottom]) this.add(apply(matrix, [x, y]));
  }
  contains([x, y]) {
    return x >= this.left && x <= this.right && y >= this.top && y <= this.bottom;
  }
  rect() {
    if (this.empty) return {x: 0, y: 0, width: 0, height: 0};
    return {x: this.left, y: this.top, width: this.right - this.left,
            height: this.bottom - this.top};
  }
}

// How many straight pieces stand for a curve.
const kPieces = 16;

function cubic(p, a, b, c) {
  return Array.from({length: kPieces}, (_, i) => {
    const t = (i + 1) / kPieces, u = 1 - t;
    return [0, 1].map(k => u * u * u * p[k] + 3 * u * u * t * a[k] + 3 * u * t * t * b[k] +
                           t * t * t * c[k]);
  });
}

// From `p` to `q` along an ellipse (SVG 1.1, appendix F.6.5).
function arc(p, rx, ry, degrees, large, sweep, q) {
  rx = Math.abs(rx);
  ry = Math.abs(ry);
  if (!rx || !ry) return [q];
  const cos = Math.cos(degrees * Math.PI / 180), sin = Math.sin(degrees * Math.PI / 180);
  const dx = (p[0] - q[0]) / 2, dy = (p[1] - q[1]) / 2;
  const x = cos * dx + sin * dy, y = -sin * dx + cos * dy;
  const grow = Math.sqrt(Math.max(1, x * x / (rx * rx) + y * y / (ry * ry)));
  rx *= grow;
  ry *= grow;
  const rest = (rx * rx * ry * ry) / (rx * rx * y * y + ry * ry * x * x || 1) - 1;
  const k = Math.sqrt(Math.max(0, rest)) * (!large === !sweep ? -1 : 1);
  const cx = k * rx * y / ry, cy = -k * ry * x / rx;
  const centre = [cos * cx - sin * cy + (p[0] + q[0]) / 2, sin * cx + cos * cy + (p[1] + q[1]) / 2];
  const from = Math.atan2((y - cy) / ry, (x - cx) / rx);
  let turn = Math.atan2((-y - cy) / ry, (-x - cx) / rx) - from;
  if (sweep && turn < 0) turn += 2 * Math.PI;
  if (!sweep && turn > 0) turn -= 2 * Math.PI;
  return Array.from({length: 2 * kPieces}, (_, i) => {
    const at = from + turn * (i + 1) / (2 * kPieces);
    const ex = rx * Math.cos(at), ey = ry * Math.sin(at);
    return [ex * cos - ey * sin + centre[0], ex * sin + ey * cos + centre[1]];
  });
}

const kArguments = {M: 2, L: 2, H: 1, V: 1, C: 6, S: 4, Q: 4, T: 2, A: 7, Z: 0};

// Commands of path data, each with as many numbers as it takes, relative ones made absolute.
function* commands(data) {
  const tokens = (data ?? '').match(/[a-z]|[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?/gi) ?? [];
  let at = [0, 0], start = [0, 0], name = '', i = 0;
  while (i < tokens.length) {
    if (/^[a-z]$/i.test(tokens[i])) name = tokens[i++];
    const upper = name.toUpperCase(), count = kArguments[upper];
    if (count === undefined || i + count > tokens.length) return;
    const n = tokens.slice(i, i + count).map(parseFloat);
    i += count;
    if (name !== upper) {
      const first = upper === 'A' ? 5 : 0;
      for (let k = first; k < n.length; ++k)
        n[k] += upper === 'V' ? at[1] : at[upper === 'H' ? 0 : (k - first) % 2];
    }
    yield {name: upper, n, at};
    if (upper === 'Z') at = start;
    else if (upper === 'H') at = [n[0], at[1]];
    else if (upper === 'V') at = [at[0], n[0]];
    else at = n.slice(-2);
    if (upper === 'M') {
      start = at;
      name = name === 'M' ? 'L' : 'l';
    }
    if (upper === 'Z' && i < tokens.length && !/^[a-z]$/i.test(tokens[i])) return;
  }
}

// The lines of path data, one list of points for each piece that begins with a move.
export function outline(data) {
  const lines = [];
  let control = null;  // of the curve before
  const mirrored = at => control ? [2 * at[0] - control[0], 2 * at[1] - control[1]] : at;
  for (const {name, n, at} of commands(data)) {
    if (name === 'M' || !lines.length) lines.push([name === 'M' ? n : at]);
    if (name === 'M') { control = null; continue; }
    const line = lines.at(-1), end = n.slice(-2);
    let next = null;
    if (name === 'L') line.push(end);
    else if (name === 'H') line.push([n[0], at[1]]);
    else if (name === 'V') line.push([at[0], n[0]]);
    else if (name === 'A') line.push(...arc(at, ...n.slice(0, 5), end));
    else if (name === 'Z') line.push(line[0]);
    else if (name === 'C' || name === 'S') {
      const first = name === 'C' ? n.slice(0, 2) : mirrored(at);
      next = n.slice(-4, -2);
      line.push(...cubic(at, first, next, end));
    } else {
      next = name === 'Q' ? n.slice(0, 2) : mirrored(at);
      const towards = p => [0, 1].map(k => p[k] + 2 / 3 * (next[k] - p[k]));
      line.push(...cubic(at, towards(at), towards(end), end));
    }
    control = next;
  }
  return lines;
}

export function number(element, name, fallback = 0) {
  const value = parseFloat(element.getAttribute(name));
  return Number.isFinite(value) ? value : fallback;
}

function ellipse(cx, cy, rx, ry) {
  return Array.from({length: 2 * kPieces + 1}, (_, i) => {
    const angle = Math.PI * i / kPieces;
    return [cx + rx * Math.cos(angle), cy + ry * Math.sin(angle)];
  });
}

// The lines of a basic shape, in its own coordinates; none for other elements.
export function linesOf(element) {
  const n = (name, fallback) => number(element, name, fallback);
  switch (element.localName) {
    case 'rect': {
      const [x, y, w, h] = [n('x'), n('y'), n('width'), n('height')];
      return [[[x, y], [x + w, y], [x + w, y + h], [x, y + h], [x, y]]];
    }
    case 'circle': return [ellipse(n('cx'), n('cy'), n('r'), n('r'))];
    case 'ellipse': return [ellipse(n('cx'), n('cy'), n('rx'), n('ry'))];
    case 'line': return [[[n('x1'), n('y1')], [n('x2'), n('y2')]]];
    case 'polygon':
    case 'polyline': {
      const values = (element.getAttribute('points') ?? '').split(/[\s,]+/).filter(Boolean)
          .map(parseFloat);
      const points = [];
      for (let i = 0; i + 1 < values.length; i += 2) points.push([values[i], values[i + 1]]);
      if (element.localName === 'polygon' && points.length) points.push(points[0]);
      return [points];
    }
    case 'path': return outline(element.getAttribute('d'));
    default: return [];
  }
}

export function lengthOf(line) {
  let sum = 0;
  for (let i = 1; i < line.length; ++i)
    sum += Math.hypot(line[i][0] - line[i - 1][0], line[i][1] - line[i - 1][1]);
  return sum;
}

// The point that is `distance` along `line`.
export function pointAlong(line, distance) {
  for (let i = 1; i < line.length; ++i) {
    const [a, b] = [line[i - 1], line[i]];
    const length = Math.hypot(b[0] - a[0], b[1] - a[1]);
    if (length > 0 && distance <= length)
      return [0, 1].map(k => a[k] + (b[k] - a[k]) * distance / length);
    distance -= length;
  }
  return line.at(-1) ?? [0, 0];
}

// Whether a point is inside of closed lines, by the even-odd rule.
export function inside(lines, [x, y]) {
  let odd = false;
  for (const line of lines) {
    for (let i = 0, j = line.length - 1; i < line.length; j = i++) {
      const [[ax, ay], [bx, by]] = [line[i], line[j]];
      if (ay > y !== by > y && x < (bx - ax) * (y - ay) / (by - ay) + ax) odd = !odd;
    }
  }
  return odd;
}
