import type { ClientConfig } from './config';
import { fitLines } from './layout';
import { harmless } from './text-width';

/** Where a command writes. The only printing in upwave's command line. */
export interface Output {
  /** True when stdout belongs to one JSON document. */
  readonly json: boolean;
  /** Columns that a line may use. */
  readonly width: number;
  /** True when lines on the terminal may be drawn again. */
  readonly live: boolean;
  readonly colors: boolean;
  /** The result, for people: on stdout. With `--json` it is left out, since the document says it. */
  result(text: string): void;
  /** The one document of `--json`. Without `--json` nothing. */
  document(value: unknown): void;
  /** Words on the way: stdout, or stderr when stdout belongs to a document. */
  say(text: string): void;
  /** What went wrong: always stderr. */
  problem(text: string): void;
}

const NARROWEST = 40;
const WITHOUT_TERMINAL = 100;

/** The columns of the terminal; {@link WITHOUT_TERMINAL} where there is none. */
export function terminalWidth(stream: { readonly columns?: number } = process.stdout): number {
  return Math.max(NARROWEST, stream.columns || WITHOUT_TERMINAL);
}

/** The output of a command; with `json` people's words go to stderr. */
export function createOutput(config: ClientConfig, options: { readonly json?: boolean }): Output {
  const json = options.json ?? false;
  const people = json ? process.stderr : process.stdout;
  const terminal = people.isTTY === true;
  return {
    json,
    get width() {
      return terminalWidth(people);
    },
    live: terminal && !json && !config.ci && !config.noColor,
    colors: terminal && !config.noColor,
    result: (text) => void (json || process.stdout.write(`${harmless(text)}\n`)),
    document: (value) => void (json && process.stdout.write(`${JSON.stringify(value, null, 2)}\n`)),
    say: (text) => void people.write(`${harmless(text)}\n`),
    problem(text) {
      const { isTTY, columns } = process.stderr;
      // Into a file each line goes as it is.
      const shown = isTTY && columns ? fitLines(text, columns) : text;
      process.stderr.write(`${harmless(shown)}\n`);
    },
  };
}

/** A reader that goes away early (`upwave list | head -1`) is no failure. */
export function tolerateClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
}

/** Waits until all that was printed has been taken, or nobody reads it any more. */
export async function untilWritten(): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) {
    if (stream.writableLength === 0) continue;
    // What was written before comes first. A reader that has gone calls back too, with an error.
    await new Promise<void>((resolve) => stream.write('', () => resolve()));
  }
}
