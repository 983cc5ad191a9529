// SPDX-License-Identifier: LGPL-2.1-or-later
// The film's theme as Mermaid's settings, colours and style sheet.
import {contrast, mix} from './colour.js';
import {widthOf} from './text.js';

export const kTextSize = 16;

const numbered = (name, count, value, first = 0) =>
    Object.fromEntries(Array.from({length: count}, (_, i) => [name + (i + first), value(i)]));

function colours(look) {
  const series = i => look.series[i % look.series.length];
  const soft = i => mix(series(i), look.ground, 0.22);
  const faint = mix(look.muted, look.ground, 0.25);
  const frame = mix(look.surface, look.ground, 0.5);
  const note = mix(look.accent_2, look.ground, 0.14);
  const {ground, surface, text, muted, accent} = look;
  return {
    background: ground, darkMode: contrast(ground, '#000000') < 4.5,
    primaryColor: surface, primaryTextColor: text, primaryBorderColor: accent,
    secondaryColor: surface, secondaryTextColor: text, secondaryBorderColor: muted,
    tertiaryColor: frame, tertiaryTextColor: text, tertiaryBorderColor: faint,
    mainBkg: surface, nodeBkg: surface, nodeBorder: accent, nodeTextColor: text,
    lineColor: muted, arrowheadColor: muted, textColor: text, titleColor: text, border2: muted,
    clusterBkg: frame, clusterBorder: faint, edgeLabelBackground: ground, defaultLinkColor: muted,
    noteBkgColor: note, noteBorderColor: look.accent_2, noteTextColor: text,
    actorBkg: surface, actorBorder: accent, actorTextColor: text, actorLineColor: faint,
    signalColor: muted, signalTextColor: text, sequenceNumberColor: ground,
    labelBoxBkgColor: surface, labelBoxBorderColor: muted, labelTextColor: text,
    loopTextColor: text, activationBkgColor: mix(accent, ground, 0.3),
    activationBorderColor: accent, rectBkgColor: frame,
    sectionBkgColor: frame, altSectionBkgColor: ground, sectionBkgColor2: frame,
    excludeBkgColor: frame, gridColor: faint, todayLineColor: look.negative,
    vertLineColor: look.accent_2,
    taskBkgColor: series(1), taskBorderColor: series(1), activeTaskBkgColor: accent,
    activeTaskBorderColor: accent, doneTaskBkgColor: mix(muted, ground, 0.35),
    doneTaskBorderColor: muted, critBkgColor: look.negative, critBorderColor: look.negative,
    taskTextColor: text, taskTextDarkColor: text, taskTextLightColor: text,
    taskTextOutsideColor: text, taskTextClickableColor: text,
    personBkg: surface, personBorder: accent, rowOdd: surface, rowEven: frame,
    attributeBackgroundColorOdd: surface, attributeBackgroundColorEven: frame,
    transitionColor: muted, transitionLabelColor: text, stateLabelColor: text, stateBkg: surface,
    labelBackgroundColor: ground, compositeBackground: frame, compositeTitleBackground: frame,
    altBackground: frame, compositeBorder: faint, innerEndBackground: accent,
    specialStateColor: muted, errorBkgColor: surface, errorTextColor: text, classText: text,
    ...numbered('cScale', 12, soft), ...numbered('cScaleInv', 12, series),
    ...numbered('cScalePeer', 12, series), ...numbered('cScaleLabel', 12, () => text),
    ...numbered('surface', 5, () => surface), ...numbered('surfacePeer', 5, () => muted),
    ...numbered('fillType', 8, soft),
    ...numbered('pie', 12, series, 1), pieTitleTextSize: '20px', pieTitleTextColor: text,
    pieSectionTextSize: '16px', pieSectionTextColor: text, pieLegendTextSize: '16px',
    pieLegendTextColor: text, pieStrokeColor: ground, pieStrokeWidth: '3px',
    pieOuterStrokeWidth: '0px', pieOuterStrokeColor: ground, pieOpacity: '1',
    ...numbered('venn', 8, series, 1), vennTitleTextColor: text, vennSetTextColor: text,
    radar: {axisColor: muted, axisStrokeWidth: 1, axisLabelFontSize: 16, curveOpacity: 0.25,
            curveStrokeWidth: 3, graticuleColor: muted, graticuleStrokeWidth: 1,
            graticuleOpacity: 0.12, legendBoxSize: 14, legendFontSize: 16},
    archEdgeColor: muted, archEdgeArrowColor: muted, archEdgeWidth: '2.5',
    archGroupBorderColor: muted, archGroupBorderWidth: '1.5px',
    ...numbered('quadrant', 4, () => '', 1),
    quadrant1Fill: mix(accent, ground, 0.2), quadrant2Fill: frame, quadrant3Fill: ground,
    quadrant4Fill: frame, ...Object.fromEntries(
        [1, 2, 3, 4].map(i => [`quadrant${i}TextFill`, muted])),
    quadrantPointFill: accent, quadrantPointTextFill: text, quadrantXAxisTextFill: text,
    quadrantYAxisTextFill: text, quadrantInternalBorderStrokeFill: faint,
    quadrantExternalBorderStrokeFill: faint, quadrantTitleFill: text,
    xyChart: {backgroundColor: 'transparent', titleColor: text, dataLabelColor: text,
              legendTextColor: text, xAxisTitleColor: muted, xAxisLabelColor: text,
              xAxisTickColor: faint, xAxisLineColor: muted, yAxisTitleColor: muted,
              yAxisLabelColor: text, yAxisTickColor: faint, yAxisLineColor: faint,
              plotColorPalette: look.series.join(',')},
    requirementBackground: surface, requirementBorderColor: accent, requirementTextColor: text,
    relationColor: muted, relationLabelBackground: ground, relationLabelColor: text,
    ...numbered('git', 8, series), ...numbered('gitInv', 8, () => ground),
    ...numbered('gitBranchLabel', 8, () => ground), branchLabelColor: ground,
    tagLabelColor: text, tagLabelBackground: surface, tagLabelBorder: muted,
    tagLabelFontSize: '14px', commitLabelColor: text, commitLabelBackground: ground,
    commitLabelFontSize: '14px',
    radius: 8, strokeWidth: 2, useGradient: false, dropShadow: 'none', THEME_COLOR_LIMIT: 12,
    fontFamily: look.family, fontSize: kTextSize + 'px',
  };
}

// What the variables do not reach.
function styles(look) {
  const {ground, surface, text, muted, accent} = look;
  const faint = mix(muted, ground, 0.25), frame = mix(surface, ground, 0.5);
  const curves = look.series.map((colour, i) => `
    .radarCurve-${i} { fill: ${colour}; stroke: ${colour}; fill-opacity: 0.14; stroke-width: 3px; }
    .radarLegendBox-${i} { fill: ${colour}; stroke: ${colour}; fill-opacity: 1; }`).join('');
  return `${curves}
    .radarGraticule { fill: none; stroke: ${faint}; stroke-width: 1px; stroke-opacity: 1; }
    .radarAxisLine { stroke: ${faint}; stroke-width: 1px; }
    .statediagram-cluster rect { stroke: ${faint}; stroke-width: 1.5px; rx: 8px; ry: 8px; }
    .statediagram-cluster text, .cluster-label .text-inner-tspan { font-weight: 600; }
    .edgeTerminals, .edgeTerminals text { font-size: 14px; }
    .sections .cluster rect { fill: ${frame}; stroke: none; }
    .items .node rect { stroke: ${faint}; stroke-width: 1.5px; fill: ${surface}; }
    .c4-name text { font-weight: 600; font-size: 16px; }
    .c4-type text, .c4-descr text { font-size: 14px; }
    .links .link { stroke-opacity: 0.3; }
    .node rect, .node circle, .node ellipse, .node polygon, .node path { stroke-width: 2px; }
    .node rect.basic, .node rect.label-container, .cluster rect, rect.actor, rect.note,
    .statediagram-state rect.basic, .labelBox { rx: 8px; ry: 8px; }
    .flowchart-link, .edgePath .path, .messageLine0, .messageLine1, .relation, .transition
      { stroke-width: 2px; }
    .edgeLabel rect, .edgeLabel .background, .labelBkg, .edge-thickness-normal .background
      { opacity: 1 !important; fill: ${ground} !important; }
    .cluster rect { stroke-width: 1.5px; fill: ${surface}; fill-opacity: 0.45; }
    .cluster-label text, .cluster-label tspan { font-weight: 600; }
    .messageText { font-weight: 400; }
    text.actor > tspan { font-weight: 600; }
    .pieTitleText, .titleText, .radarTitle, .packetTitle, .treemapTitle, .flowchartTitleText,
    .chart-title text { font-weight: 600; font-size: 20px; }
    .legend text { font-size: 16px; }
    .grid .tick text { fill: ${muted}; font-size: 14px; }
    .grid .tick { stroke: ${faint}; }
    .sectionTitle { font-weight: 600; font-size: 15px; }
    .taskText, .taskTextOutsideRight, .taskTextOutsideLeft { font-size: 15px; }
    .packetByte { fill: ${muted}; font-size: 12px; }
    .packetLabel { fill: ${text}; font-size: 14px; }
    .packetBlock { fill: ${surface}; stroke: ${accent}; stroke-width: 1.5px; }
    .radarLegendText, .radarAxisLabel { fill: ${text}; }
      `;
}

// Marks on the axis of time so far apart that their labels fit.
function tickInterval(tasks) {
  const times = tasks.flatMap(task => [task.startTime, task.endTime]).map(Number).filter(Number.isFinite);
  const hours = (Math.max(...times) - Math.min(...times)) / 3.6e6;
  const steps = [[1 / 60, '1minute'], [0.25, '15minute'], [1, '1hour'], [6, '6hour'], [24, '1day'],
    [48, '2day'], [168, '1week'], [336, '2week'], [730, '1month'], [2190, '3month'],
    [4380, '6month'], [8760, '12month']];
  return (steps.find(([length]) => hours / length <= 8) ?? steps.at(-1))[1];
}

// Settings that depend on what is in the diagram.
export function fittedTo(diagram, look, {width}) {
  const {db, type} = diagram;
  if (type === 'gantt') {
    const font = {family: look.family, px: 15, weight: 600, italic: false};
    const widest = Math.max(0, ...db.getSections().map(name => widthOf(name, font)));
    return {gantt: {leftPadding: Math.min(widest + 30, width / 3),
                    tickInterval: tickInterval(db.getTasks())}};
  }
  if (type === 'sequence') {
    const count = db.getActorKeys().length;
    const actor = Math.max(90, Math.min(width / count - 50, 150));
    const free = (width - actor * count) / Math.max(count - 1, 1);
    return {sequence: {width: actor, actorMargin: Math.max(actor / 3, Math.min(free, 220))}};
  }
  return {};
}

// `room` is the box to be filled, in Mermaid's units.
export function configuration(look, {width, height}) {
  const wide = {useMaxWidth: false};
  const graph = {...wide, htmlLabels: false};
  const narrow = width < 400;  // an upright page: less air, for larger letters
  return {
    startOnLoad: false, securityLevel: 'loose', htmlLabels: false, suppressErrorRendering: true,
    deterministicIds: true, deterministicIDSeed: 'talkie', look: 'classic', theme: 'base',
    fontFamily: look.family, fontSize: kTextSize, maxTextSize: 100_000, maxEdges: 1000,
    themeVariables: colours(look), themeCSS: styles(look),
    flowchart: {...graph, curve: 'basis', padding: narrow ? 9 : 13,
                nodeSpacing: narrow ? 26 : 36, rankSpacing: narrow ? 28 : 46,
                diagramPadding: 4, subGraphTitleMargin: {top: 6, bottom: 10}},
    sequence: {...wide, mirrorActors: false, actorFontFamily: look.family, actorFontSize: kTextSize,
               actorFontWeight: 600, noteFontFamily: look.family, noteFontSize: 15,
               messageFontFamily: look.family, messageFontSize: 15, messageFontWeight: 400,
               height: 46, messageMargin: 22, boxMargin: 8, noteMargin: 10,
               diagramMarginX: 4, diagramMarginY: 4},
    state: {...graph, padding: 12, nodeSpacing: 48, rankSpacing: 56},
    class: {...graph, padding: 12, nodeSpacing: 48, rankSpacing: 60, hideEmptyMembersBox: true},
    er: {...graph, fontSize: kTextSize, entityPadding: 18},
    gantt: {...wide, useWidth: width, fontSize: 15, sectionFontSize: 15, barHeight: 28, barGap: 8,
            topPadding: 60, leftPadding: 130, rightPadding: 40, numberSectionStyles: 2},
    journey: {...wide, textPlacement: 'tspan', taskFontSize: '15px', taskFontFamily: look.family,
              sectionFontSize: '16px', width: 160, height: 54,
              sectionFills: look.series.map(c => mix(c, look.ground, 0.22)),
              sectionColours: [look.text], actorColours: look.series},
    timeline: {...wide},
    mindmap: {...wide, padding: 14},
    gitGraph: {...wide, mainBranchName: 'main', rotateCommitLabel: false},
    c4: {...wide, textPlacement: 'tspan', c4ShapeMargin: 84, c4ShapePadding: 22, diagramMarginX: 4,
         diagramMarginY: 4},
    pie: {...wide, textPosition: 0.7},
    sankey: {...wide, width, height, showValues: true, linkColor: 'gradient',
             nodeAlignment: 'justify'},
    xyChart: {...wide, width, height, titleFontSize: 20,
              xAxis: {labelFontSize: 15, titleFontSize: 15, showTick: false, axisLineWidth: 2},
              yAxis: {labelFontSize: 15, titleFontSize: 15, showTick: false, showAxisLine: false}},
    quadrantChart: {...wide, chartWidth: Math.max(height * 1.3, 500), chartHeight: height,
                    titleFontSize: 20, quadrantLabelFontSize: 16, xAxisLabelFontSize: 15,
                    yAxisLabelFontSize: 15, pointLabelFontSize: 15, pointRadius: 6,
                    pointTextPadding: 11, quadrantTextTopPadding: 12, xAxisLabelPadding: 8,
                    yAxisLabelPadding: 8, titlePadding: 14},
    radar: {...wide, width: height, height, marginTop: 40, marginLeft: 120, marginRight: 160,
            marginBottom: 40, axisLabelFactor: 1.12, curveTension: 0.17},
    treemap: {...wide, nodeWidth: width / 10, nodeHeight: height / 10, labelFontSize: 16,
              valueFontSize: 15, padding: 8},
    packet: {...wide, bitWidth: width / 32, rowHeight: 44, paddingY: 12},
    kanban: {...wide, sectionWidth: Math.min(240, width / 3.4)},
    architecture: {...wide, padding: 30, iconSize: 64, fontSize: kTextSize},
    block: {...wide, padding: 14},
    requirement: {...wide},
  };
}
