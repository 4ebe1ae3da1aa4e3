import { harmless, plainWidthOf } from '../text-width';

/** What a screen needs of a terminal. */
export interface Terminal {
  write(text: string): unknown;
  readonly columns?: number;
  readonly rows?: number;
}

/** The whole terminal, on which one frame after another is drawn. */
export interface Screen {
  /**
   * Draws a frame over the last one: at most as many lines as the terminal has rows, none wider than
   * it has columns. The first one opens the screen.
   */
  draw(frame: readonly string[]): void;
  /** Gives the terminal back as it was before the first frame. Also done when the process ends. */
  close(): void;
}

// The other screen, without cursor; a line that turns out too wide is cut, not broken.
const OPEN = '\x1b[?1049h\x1b[?25l\x1b[?7l';
const CLOSE = '\x1b[?7h\x1b[?25h\x1b[?1049l';
// Terminals that know it show all of a frame at once; others pass over it.
const BEGIN = '\x1b[?2026h';
const END = '\x1b[?2026l';
const HOME = '\x1b[H';
const CLEAR_TO_END_OF_LINE = '\x1b[K';
const CLEAR_TO_END = '\x1b[J';

/**
 * A screen of its own beside what was on the terminal: a line above that breaks when the terminal
 * gets narrower moves nothing here. Each frame is one write, over the last one and without blanking
 * it first: so it does not flicker.
 */
export function createScreen(terminal: Terminal): Screen {
  let isOpen = false;

  function draw(frame: readonly string[]) {
    if (!isOpen) process.once('exit', close);
    const open = isOpen ? '' : OPEN;
    isOpen = true;
    const lines = frame.map(harmless).map(whole).join('\r\n');
    // No line end after the last row: it would move all of them up.
    const below = frame.length < (terminal.rows ?? Infinity) ? `\r\n${CLEAR_TO_END}` : '';
    terminal.write(`${open}${BEGIN}${HOME}${lines}${below}${END}`);
  }

  /** Clears what the last frame had behind it. At the edge that would take its last letter. */
  function whole(line: string): string {
    return plainWidthOf(line) < (terminal.columns ?? Infinity)
      ? `${line}${CLEAR_TO_END_OF_LINE}`
      : line;
  }

  function close() {
    if (!isOpen) return;
    isOpen = false;
    process.removeListener('exit', close);
    terminal.write(CLOSE);
  }
  return { draw, close };
}
