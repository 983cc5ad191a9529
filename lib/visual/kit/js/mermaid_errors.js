// SPDX-License-Identifier: LGPL-2.1-or-later
// Mermaid's errors in plain words, at their line of the author's text.

const messageOf = problem => String(problem?.message ?? problem?.str ?? problem);

// Mermaid counts lines without front matter, comments and what is empty before the first word.
function linesKept(text) {
  const lines = text.split('\n');
  const kept = [];
  let at = 0;
  if (lines[0]?.trim() === '---') {
    const end = lines.findIndex((line, i) => i > 0 && line.trim() === '---');
    if (end > 0) at = end + 1;
  }
  for (; at < lines.length; ++at) {
    if (/^\s*%%(?!\{)/.test(lines[at])) continue;
    if (/^\s*%%\{.*\}%%\s*$/.test(lines[at])) continue;
    if (kept.length || lines[at].trim()) kept.push(at + 1);
  }
  return kept;
}

// The line of `text`, from 1, that an error is about; 0 where it names none.
export function placeOf(problem, text) {
  const message = messageOf(problem);
  const named = /(?:on|at|in) line:? (\d+)/i.exec(message)?.[1] ?? problem?.hash?.loc?.first_line;
  if (named === undefined) return 0;
  const kept = linesKept(text);
  return kept[Math.min(Number(named), kept.length) - 1] ?? 1;
}

const kNames = {NEWLINE: 'the end of the line', EOF: 'the end', SPACE: 'a space', PS: '"("',
  PE: '")"', SQS: '"["', SQE: '"]"', DIAMOND_START: '"{"', DIAMOND_STOP: '"}"', PIPE: '"|"',
  NODE_STRING: 'a name', STR: 'a text in quotes', AMP: '"&"', COLON: '":"', LINK: 'an arrow',
  ARROWS: 'an arrow', IDENT: 'a name', ALPHA: 'a name', TXT: 'a text'};

// "Parse error on line 3:\n…\n---^\nExpecting 'A', 'B', got 'EOF'" and what other parsers say.
export function plainWords(problem) {
  const message = messageOf(problem);
  const [, found] = /got '([^']*)'/.exec(message) ?? [];
  if (found !== undefined) {
    const near = message.split('\n')[1]?.replace(/^\.\.\./, '').trim();
    const what = kNames[found] ?? (found === '1' ? 'this' : `'${problem?.hash?.text ?? found}'`);
    return `${what} is not expected here` + (near ? `, near '${near.slice(-60)}'` : '');
  }
  if (/UnknownDiagramError|No diagram type detected/.test(message + problem?.name))
    return 'does not begin with the name of a kind of diagram, such as flowchart or sequenceDiagram';
  const lexical = /unexpected character: ->(.+?)<-/.exec(message);
  if (lexical) return `'${lexical[1]}' is not expected here`;
  const wanted = /(?:Expecting|Expected)[^.]*?but found:? '?([^'\n]*)'?/.exec(message);
  if (wanted) return wanted[1].trim() ? `'${wanted[1].trim()}' is not expected here`
      : 'the end is not expected here';
  return message.split('\n')[0].replace(/^Error: /, '').slice(0, 300);
}
