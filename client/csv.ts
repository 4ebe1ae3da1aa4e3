/** Rows as CSV: quoted where it must be, each line ended. */
export function csvText(rows: readonly (readonly string[])[]): string {
  return rows.map((cells) => `${cells.map(quoted).join(',')}\n`).join('');
}

function quoted(cell: string): string {
  return /[",\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

/**
 * A cell that a spreadsheet takes for text, never for a formula: with an apostrophe before what would
 * begin one. For tables that people open; what a program reads back must not be changed so.
 */
export function asText(cell: string): string {
  return /^[=+\-@\t\r\n]/.test(cell) ? `'${cell}` : cell;
}
