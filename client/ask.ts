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

/** Asks, and ends the command when the answer is no. */
export async function confirmOrStop(
  options: { readonly yes?: boolean },
  question: string,
): Promise<void> {
  if (await confirm(options, question)) return;
  throw new PersonError('Nothing was done.', EXIT.failure);
}
