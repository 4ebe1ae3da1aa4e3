import { createInterface } from 'node:readline/promises';
import { PersonError } from './errors';
import { EXIT } from './exit-codes';

/**
 * Refuses at once what would need an answer where nobody can give one, so that nothing is begun
 * before it is found out.
 */
export function requireAnswerable(options: { readonly yes?: boolean }, what: string): void {
  if (options.yes || process.stdin.isTTY) return;
  throw new PersonError(
    `${what} asks first, and there is no terminal to ask on. Nothing was done. Add --yes to go ahead without the question.`,
    EXIT.usage,
  );
}

/** Asks on the terminal; anything but yes is no. `--yes` answers it. */
export async function confirm(
  options: { readonly yes?: boolean },
  question: string,
): Promise<boolean> {
  if (options.yes) return true;
  // The question goes to stderr: stdout may belong to a document.
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const closed = new Promise<string>((resolve) => lines.once('close', () => resolve('')));
  try {
    const answer = await Promise.race([lines.question(`${question} [y/N] `), closed]);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    lines.close();
  }
}

/**
 * As {@link confirmOrStop}, where somebody can answer; else goes ahead: of what was never asked in a
 * script, a script is not stopped now.
 */
export async function confirmIfAnswerable(
  options: { readonly yes?: boolean },
  question: string,
): Promise<void> {
  if (process.stdin.isTTY) await confirmOrStop(options, question);
}

/** Asks, and ends the command when the answer is no. */
export async function confirmOrStop(
  options: { readonly yes?: boolean },
  question: string,
): Promise<void> {
  if (await confirm(options, question)) return;
  throw new PersonError('Nothing was done.', EXIT.failure);
}

/** Asks one question after the other. */
export interface Asker {
  /** The answer without the spaces around it; null once the input has ended, or after Ctrl-C. */
  ask(question: string): Promise<string | null>;
  close(): void;
}

/** One for all questions of a command: what is typed or pasted ahead answers the next ones. */
export function newAsker(
  input: NodeJS.ReadableStream = process.stdin,
  output: NodeJS.WritableStream = process.stderr,
): Asker {
  const lines = createInterface({ input, output });
  const ahead: string[] = [];
  let hasEnded = false;
  let next: ((answer: string | null) => void) | null = null;
  lines.on('line', (line) => {
    if (next === null) ahead.push(line.trim());
    else next(line.trim());
    next = null;
  });
  lines.on('close', () => {
    hasEnded = true;
    next?.(null);
  });
  return {
    ask: (question) => {
      lines.setPrompt(question);
      lines.prompt();
      const answer = ahead.shift();
      if (answer !== undefined || hasEnded) return Promise.resolve(answer ?? null);
      return new Promise((resolve) => (next = resolve));
    },
    close: () => lines.close(),
  };
}
