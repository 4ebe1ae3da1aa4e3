import type { Output } from '../output';

/** A part of the terminal that is drawn again, under lines that stay. */
export interface Screen {
  /** Draws the frame anew; `above` scrolls away over it and stays. */
  draw(frame: readonly string[], above: readonly string[]): void;
  /** Takes the frame away. */
  clear(): void;
}

const CLEAR_TO_END_OF_LINE = '\x1b[K';
const CLEAR_TO_END = '\x1b[J';

/** A screen on a terminal. Each frame is one write, so that it does not flicker. */
export function createScreen(output: Pick<Output, 'raw'>): Screen {
  let height = 0;
  const top = () => (height > 0 ? `\x1b[${height}A\r` : '\r');

  function draw(frame: readonly string[], above: readonly string[]) {
    const lines = [...above, ...frame].map((line) => `${line}${CLEAR_TO_END_OF_LINE}\n`);
    output.raw(`${top()}${lines.join('')}${CLEAR_TO_END}`);
    height = frame.length;
  }

  function clear() {
    output.raw(`${top()}${CLEAR_TO_END}`);
    height = 0;
  }
  return { draw, clear };
}
