import type { ClientConfig } from './config';

/** One line on stderr that says how far something long has come. */
export interface ProgressLine {
  say(words: string): void;
  /** Takes the line away. */
  end(): void;
}

// In a log each line stays: now and then is enough.
const LOG_EVERY_MS = 10_000;

/** Whether stderr is a terminal on which a line may be drawn again. */
export function mayRedraw({ ci, noColor }: ClientConfig): boolean {
  return process.stderr.isTTY === true && !ci && !noColor;
}

/** Drawn again on a terminal; else a line now and then. */
export function newProgressLine(
  live: boolean,
  stream: Pick<NodeJS.WriteStream, 'write' | 'columns'> = process.stderr,
): ProgressLine {
  let saidAtMs = Date.now();
  let isShown = false;
  return {
    say(words) {
      if (live) {
        // One column less: a line that fills the terminal would break.
        stream.write(`\r${words.slice(0, (stream.columns || 80) - 1)}\x1b[K`);
        isShown = true;
      } else if (Date.now() - saidAtMs >= LOG_EVERY_MS) {
        stream.write(`${words}\n`);
        saidAtMs = Date.now();
      }
    },
    end() {
      if (isShown) stream.write('\r\x1b[K');
      isShown = false;
    },
  };
}
