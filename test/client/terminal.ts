import { widthOf } from '../../client/text-width';

/**
 * As much of a terminal as our screen uses: what it does not know fails the test. It notes each line
 * that was wider than it is.
 */
export class FakeTerminal {
  columns: number;
  rows: number;
  isAlternate = false;
  hasCursor = true;
  wraps = true;
  /** Letters that did not fit into their line. */
  readonly overflows: string[] = [];
  writes = 0;
  private readonly listeners = new Set<() => void>();
  private main: string[][] = [[]];
  private other: string[][] = [[]];
  private at = { row: 0, column: 0 };
  private mainAt = { row: 0, column: 0 };
  private rest = '';

  constructor(columns: number, rows: number) {
    this.columns = columns;
    this.rows = rows;
  }

  on(event: string, listener: () => void): this {
    if (event === 'resize') this.listeners.add(listener);
    return this;
  }

  removeListener(_event: string, listener: () => void): this {
    this.listeners.delete(listener);
    return this;
  }

  resize(columns: number, rows: number): void {
    this.columns = columns;
    this.rows = rows;
    this.other = this.other.slice(0, rows).map((line) => line.slice(0, columns));
    for (const listener of this.listeners) listener();
  }

  /** What is to be seen: the lines without blanks at their ends, and without empty ones below. */
  lines(): string[] {
    const grid = this.isAlternate ? this.other : this.main;
    const lines = grid.map((line) =>
      Array.from(line, (cell) => cell ?? ' ')
        .join('')
        .trimEnd(),
    );
    while (lines.at(-1) === '') lines.pop();
    return lines;
  }

  text(): string {
    return this.lines().join('\n');
  }

  write(text: string): boolean {
    this.writes += 1;
    // A sequence may come in two pieces.
    let left = this.rest + text;
    this.rest = '';
    while (left !== '') {
      const [whole = ''] = /^(\x1b\[\??[\d;]*[A-Za-z]|\x1b|\r|\n|[^\x1b\r\n]+)/.exec(left) ?? [];
      if (whole === '\x1b') {
        this.rest = left;
        return true;
      }
      left = left.slice(whole.length);
      this.obey(whole);
    }
    return true;
  }

  private obey(piece: string): void {
    switch (piece) {
      case '\r':
        this.at.column = 0;
        return;
      case '\n':
        this.at.row += 1;
        // A pipe has no terminal driver that would do this.
        if (!this.isAlternate) this.at.column = 0;
        if (this.isAlternate && this.at.row >= this.rows) throw new Error('the screen scrolled');
        return;
      case '\x1b[H':
        this.at = { row: 0, column: 0 };
        return;
      case '\x1b[K':
        this.line().length = Math.min(this.line().length, this.at.column);
        return;
      case '\x1b[J':
        this.line().length = Math.min(this.line().length, this.at.column);
        this.grid().length = this.at.row + 1;
        return;
      case '\x1b[?1049h':
        this.isAlternate = true;
        this.mainAt = this.at;
        this.other = [[]];
        this.at = { row: 0, column: 0 };
        return;
      case '\x1b[?1049l':
        this.isAlternate = false;
        this.at = this.mainAt;
        return;
      case '\x1b[?25l':
      case '\x1b[?25h':
        this.hasCursor = piece.endsWith('h');
        return;
      case '\x1b[?7l':
      case '\x1b[?7h':
        this.wraps = piece.endsWith('h');
        return;
      case '\x1b[?2026h':
      case '\x1b[?2026l':
        return;
    }
    if (/^\x1b\[\d+m$/.test(piece)) return;
    if (piece.startsWith('\x1b'))
      throw new Error(`unknown to the terminal: ${JSON.stringify(piece)}`);
    this.put(piece);
  }

  private put(text: string): void {
    for (const { segment } of new Intl.Segmenter().segment(text)) {
      const width = widthOf(segment);
      if (this.isAlternate && this.at.column + width > this.columns) this.overflows.push(text);
      this.line()[this.at.column] = segment;
      for (let more = 1; more < width; more += 1) this.line()[this.at.column + more] = '';
      this.at.column += width;
    }
  }

  private grid(): string[][] {
    return this.isAlternate ? this.other : this.main;
  }

  private line(): string[] {
    return (this.grid()[this.at.row] ??= []);
  }
}
