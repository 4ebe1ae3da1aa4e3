import { headOf, widthOf } from './text-width';

/** Lines of text of a given width: pure, so that tests can look at them. */

/** A column of a table. The last `flexible` ones give way when the terminal is narrow. */
export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
  /** May be cut, with `…`, down to this many columns. */
  readonly shrinkTo?: number;
  /** Left out, the last such column first, when cutting is not enough. */
  readonly optional?: boolean;
}

const GAP = 2;

/** Cuts text to one line of a width, with `…` where something is missing. */
export function cut(text: string, width: number): string {
  const line = text.replaceAll(/[\r\n\t]/g, ' ');
  if (widthOf(line) <= width) return line;
  return width <= 0 ? '' : `${headOf(line, width - 1)}…`;
}

/** Fills up to a width; never cuts. */
export function pad(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const blanks = ' '.repeat(Math.max(0, width - widthOf(text)));
  return align === 'left' ? text + blanks : blanks + text;
}

/** Breaks words into lines of at most `width`; the lines after the first are indented. */
export function wrap(text: string, width: number, indent = 0): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const room = width - (lines.length === 0 ? 0 : indent);
    if (line && widthOf(line) + 1 + widthOf(word) > room) {
      lines.push(line);
      line = word;
    } else {
      line = line ? `${line} ${word}` : word;
    }
  }
  if (line) lines.push(line);
  return lines.map((each, index) => (index === 0 ? each : ' '.repeat(indent) + each));
}

/** Breaks the lines that are wider; what follows is indented as its line was, and a bit more. */
export function fitLines(text: string, width: number): string {
  const broken = text.split('\n').flatMap((line) => {
    if (widthOf(line) <= width) return [line];
    const margin = /^ */.exec(line)?.[0] ?? '';
    return wrap(line, width - margin.length, 2).map((each) => margin + each);
  });
  return broken.join('\n');
}

/** A table with a title row, no wider than `width` as far as its columns can give way. */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number,
): string[] {
  const { widths, shown } = fit(columns, rows, width);
  const line = (cells: readonly string[]) =>
    shown
      .map((at) => pad(cut(cells[at] ?? '', widths[at] ?? 0), widths[at] ?? 0, columns[at]?.align))
      .join(' '.repeat(GAP))
      .trimEnd();
  return [line(columns.map(({ title }) => title)), ...rows.map(line)];
}

function fit(columns: readonly Column[], rows: readonly (readonly string[])[], width: number) {
  const widths = columns.map(({ title }, at) =>
    Math.max(widthOf(title), ...rows.map((row) => widthOf(row[at] ?? ''))),
  );
  let shown = columns.map((_, at) => at);
  const excess = () =>
    shown.reduce((sum, at) => sum + (widths[at] ?? 0), 0) + GAP * (shown.length - 1) - width;

  const shrink = () => {
    for (const at of [...shown].reverse()) {
      const least = columns[at]?.shrinkTo;
      const now = widths[at] ?? 0;
      if (excess() <= 0 || least === undefined || now <= least) continue;
      widths[at] = Math.max(least, now - excess());
    }
  };
  shrink();
  while (excess() > 0) {
    const leave = shown.findLast((at) => columns[at]?.optional);
    if (leave === undefined) break;
    shown = shown.filter((at) => at !== leave);
  }
  return { widths, shown };
}

/** A bar of parts, each drawn with its own letter; every part above zero shows at least one. */
export function bar(
  parts: readonly { readonly count: number; readonly mark: string }[],
  width: number,
): string {
  const total = parts.reduce((sum, { count }) => sum + count, 0);
  if (total === 0 || width <= 0) return ' '.repeat(Math.max(0, width));

  const cells = parts.map(({ count }) =>
    count === 0 ? 0 : Math.max(1, Math.floor((count / total) * width)),
  );
  // Rounding leaves a few cells over, or takes too many: the largest part settles it.
  const sum = () => cells.reduce((all, each) => all + each, 0);
  while (sum() !== width) {
    const at = cells.indexOf(Math.max(...cells));
    const settled = (cells[at] ?? 0) + Math.sign(width - sum());
    if (settled < 0) break;
    cells[at] = settled;
  }
  return parts.map(({ mark }, at) => mark.repeat(cells[at] ?? 0)).join('');
}
