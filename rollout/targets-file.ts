import { parse } from 'csv-parse/sync';
import { SEEN_COLUMNS, TARGET_COLUMNS } from './file-columns';
import { wordsOf, type Problem } from './problem';

/** Data from outside that has keys, and whatever under them. */
export type Mapping = Readonly<Record<string, unknown>>;

/** Whether a value from outside has keys: no list, no null. */
export function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** One row, in the shape of a target that stands in the plan itself; not yet judged. */
export interface Row {
  /** `caches.csv:12` (its line) or `caches.json[3]`. */
  readonly at: string;
  readonly value: Mapping;
}

/** What a targets file holds. */
export interface TargetsFile {
  readonly rows: readonly Row[];
  readonly problems: readonly Problem[];
}

type Cells = readonly (readonly [column: string, value: unknown])[];

/**
 * Reads a CSV with a header row, or a JSON array of objects. Every column that is not known is a
 * label; empty cells are absent. A file that is wrong as a whole has no rows.
 */
export function readTargetsFile(name: string, text: string): TargetsFile {
  const content = text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
  const isJson = /\.json$/i.test(name) || /^\s*\[/.test(content);
  return isJson ? readJson(name, content) : readCsv(name, content);
}

function readJson(name: string, text: string): TargetsFile {
  let rows: unknown;
  try {
    rows = JSON.parse(text);
  } catch (error) {
    return refuse(name, `is not JSON: ${wordsOf(error)}`);
  }
  if (!Array.isArray(rows)) return refuse(name, 'is not a JSON array', 'a list of objects');
  if (rows.length === 0) return refuse(name, 'has no rows');
  const read = rows.map((row: unknown, i) => readJsonRow(`${name}[${i}]`, row));
  return {
    rows: read.flatMap((one) => ('value' in one ? one : [])),
    problems: read.flatMap((one) => ('value' in one ? [] : one)),
  };
}

function readJsonRow(at: string, row: unknown): Row | Problem {
  if (!isMapping(row)) return { path: at, message: 'is not an object', suggestion: null };
  const { labels, ...cells } = row;
  // Labels may be columns of their own, or together as in the plan.
  const grouped = isMapping(labels) ? Object.entries(labels) : [];
  const value = toTarget([...Object.entries(cells), ...grouped]);
  const isWrong = labels !== undefined && labels !== null && !isMapping(labels);
  return { at, value: isWrong ? { ...value, labels } : value };
}

function readCsv(name: string, text: string): TargetsFile {
  let lines: readonly CsvLine[];
  try {
    lines = parseCsv(text);
  } catch (error) {
    return refuse(name, `is not CSV: ${wordsOf(error)}`);
  }
  const [header, ...rows] = lines;
  if (header === undefined) return refuse(name, 'is empty', 'a header row with instanceId in it');
  const at = `${name}:${header.line}`;
  const problem = problemOfHeader(at, header.cells) ?? null;
  if (problem !== null) return { rows: [], problems: [problem] };
  if (rows.length === 0) return refuse(at, 'has a header but no rows');

  const read = rows.map((row) => readCsvRow(`${name}:${row.line}`, header.cells, row.cells));
  return {
    rows: read.flatMap((one) => ('value' in one ? one : [])),
    problems: read.flatMap((one) => ('value' in one ? [] : one)),
  };
}

interface CsvLine {
  /** Counted from 1, as editors do. */
  readonly line: number;
  readonly cells: readonly string[];
}

function parseCsv(text: string): readonly CsvLine[] {
  const records = parse(text, {
    info: true,
    trim: true,
    relax_column_count: true,
    skip_empty_lines: true,
    // Spreadsheets write rows of nothing but commas below the last one.
    skip_records_with_empty_values: true,
  }) as unknown as readonly { info: { lines: number }; record: readonly string[] }[];
  return records.map(({ info, record }) => ({
    line: info.lines,
    cells: record.map((cell) => cell.trim()),
  }));
}

function problemOfHeader(at: string, columns: readonly string[]): Problem | undefined {
  const twice = columns.find((column, i) => column !== '' && columns.indexOf(column) < i);
  if (twice !== undefined) {
    return { path: at, message: `names the column ${twice} twice`, suggestion: null };
  }
  if (columns.includes('instanceId')) return undefined;
  const meant = columns.find((column) => /^instance[ _-]*id$/i.test(column));
  const separators = columns.length === 1 && /[;\t]/.test(columns[0] ?? '');
  return {
    path: at,
    message: 'has no column instanceId',
    suggestion: separators
      ? 'separate the columns by commas'
      : `${meant === undefined ? 'name a column' : `call "${meant}"`} instanceId in the header row`,
  };
}

function readCsvRow(
  at: string,
  columns: readonly string[],
  cells: readonly string[],
): Row | Problem {
  // Cells that have no name and hold nothing are a spreadsheet's, not a person's.
  const isShort = cells.length < columns.length;
  const hasNameless = cells.some((cell, i) => cell !== '' && (columns[i] ?? '') === '');
  if (isShort || hasNameless) {
    const message = `has ${cells.length} cells, the header has ${columns.length}`;
    return { path: at, message, suggestion: 'put a cell that has a comma in it in quotes' };
  }
  return { at, value: toTarget(columns.map((column, i) => [column, cells[i]])) };
}

function toTarget(cells: Cells): Row['value'] {
  const given = cells.filter(
    ([column, value]) =>
      column !== '' && value !== '' && value !== null && !SEEN_COLUMNS.includes(column),
  );
  return {
    ...Object.fromEntries(given.filter(([column]) => TARGET_COLUMNS.includes(column))),
    labels: Object.fromEntries(given.filter(([column]) => !TARGET_COLUMNS.includes(column))),
  };
}

function refuse(path: string, message: string, suggestion: string | null = null): TargetsFile {
  return { rows: [], problems: [{ path, message, suggestion }] };
}
