// SPDX-License-Identifier: LGPL-2.1-or-later
// The film's theme and language as Vega's settings.
import {mix} from './colour.js';

export const kTextSize = 16;
const kLabelSize = 15;

// `titled`: above the axis of values stands what they are. `composed`: of several views.
export function configuration(look, {width}, {titled, composed}) {
  const {ground, surface, text, muted, accent, series, family} = look;
  const grid = mix(muted, ground, 0.22);
  const words = {labelFont: family, labelFontSize: kLabelSize, labelColor: text,
                 titleFont: family, titleFontSize: kLabelSize, titleColor: muted,
                 titleFontWeight: 500};
  const marks = (length, apart) =>
      ({expr: composed ? `ceil(${length} / ${apart})` : `max(3, ceil(${length} / ${apart}))`});
  const steps = from => Array.from({length: 5}, (_, i) => mix(accent, from, 0.15 + 0.85 * i / 4));
  return {
    background: 'transparent', font: family, padding: 0, view: {stroke: null},
    axis: {...words, domain: false, ticks: false, grid: true, gridColor: grid, gridWidth: 1,
           labelPadding: 10, titlePadding: 14, labelLimit: Math.max(width / 4, 120),
           labelOverlap: true, labelSeparation: 14,
           domainColor: muted, tickColor: grid},
    axisBand: {grid: false, domain: true, domainWidth: 1.5},
    axisX: {labelAngle: 0, labelFlush: false, tickCount: marks('width', 110)},
    axisY: {tickCount: marks('height', 70), ...(composed ? {} : {
              titleAngle: 0, titleAlign: 'left', titleAnchor: 'end', titleBaseline: 'bottom',
              titleX: 0, titleY: -14})},
    legend: {...words, orient: 'top', direction: 'horizontal', symbolType: 'circle',
             symbolSize: 160, symbolStrokeWidth: 0, columnPadding: 22, rowPadding: 8, offset: titled ? 40 : 18,
             labelLimit: width / 3, gradientLength: 240, gradientThickness: 12},
    title: {font: family, fontSize: 20, fontWeight: 600, color: text, anchor: 'start',
            frame: 'bounds', offset: 20, subtitleFont: family, subtitleFontSize: kLabelSize,
            subtitleColor: muted, subtitlePadding: 6},
    header: {...words},
    range: {category: series, ordinal: steps(ground), ramp: steps(surface),
            heatmap: steps(surface), diverging: [look.negative, surface, look.positive]},
    mark: {color: series[0]}, bar: {cornerRadiusEnd: 4}, rect: {cornerRadius: 2},
    line: {strokeWidth: 3.5, strokeCap: 'round', strokeJoin: 'round'},
    trail: {}, area: {fillOpacity: 0.85, line: false},
    point: {filled: true, size: 130, opacity: 0.9}, circle: {size: 130, opacity: 0.9},
    square: {size: 130, opacity: 0.9}, arc: {stroke: ground, strokeWidth: 3},
    rule: {color: muted, strokeWidth: 2}, tick: {thickness: 3},
    text: {font: family, fontSize: kLabelSize, color: text},
    boxplot: {median: {color: ground}}, scale: {bandPaddingInner: 0.3, bandPaddingOuter: 0.2},
  };
}

const range = (count, value) => Array.from({length: count}, (_, i) => value(i));

// Numbers and dates as the film's language writes them.
export function localeOf(language) {
  const of = (type, options) => new Intl[type](language || 'en', options);
  const parts = of('NumberFormat', {minimumFractionDigits: 1, useGrouping: true})
      .formatToParts(1234567.8);
  const part = name => parts.find(p => p.type === name)?.value;
  const names = (options, date) => count => range(count, i =>
      of('DateTimeFormat', {...options, timeZone: 'UTC'}).format(date(i)));
  const month = i => Date.UTC(2024, i, 1), day = i => Date.UTC(2024, 0, 7 + i);
  return {
    number: {decimal: part('decimal') ?? '.', thousands: part('group') ?? ',', grouping: [3],
             currency: ['', '']},
    time: {
      dateTime: '%x, %X', date: '%d %b %Y', time: '%H:%M', periods: ['AM', 'PM'],
      days: names({weekday: 'long'}, day)(7), shortDays: names({weekday: 'short'}, day)(7),
      months: names({month: 'long'}, month)(12), shortMonths: names({month: 'short'}, month)(12),
    },
  };
}
