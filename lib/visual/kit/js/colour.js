// SPDX-License-Identifier: LGPL-2.1-or-later
// Colours: as "#rrggbb" with an opacity of their own, and how well they are read on each other.
import {color as parseColour} from 'd3-color';

// {hex, opacity}, or null for what is no colour ("none", "url(#…)", "currentColor").
export function colourOf(text) {
  const parsed = text ? parseColour(String(text).trim()) : null;
  if (!parsed) return null;
  const rgb = parsed.rgb().clamp();
  return {hex: rgb.formatHex(), opacity: Number.isFinite(rgb.opacity) ? rgb.opacity : 1};
}

const channels = hex => [1, 3, 5].map(at => parseInt(hex.slice(at, at + 2), 16));

// `share` of `a`, the rest of `b`.
export function mix(a, b, share) {
  const [from, to] = [channels(a), channels(b)];
  return '#' + from.map((value, i) => Math.round(value * share + to[i] * (1 - share))
      .toString(16).padStart(2, '0')).join('');
}

// WCAG 2.1: relative luminance, and contrast from 1 to 21.
function luminance(hex) {
  const [r, g, b] = channels(hex).map(value => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
export function contrast(a, b) {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

export const kReadable = 4.5;

// `wanted` where it can be read on `ground`, else the first of `others` that can, else the best.
export function readable(wanted, ground, others) {
  const choices = [wanted, ...others, '#ffffff', '#000000'];
  return choices.find(choice => contrast(choice, ground) >= kReadable) ??
      choices.reduce((a, b) => contrast(a, ground) >= contrast(b, ground) ? a : b);
}
