import { writeFileSync } from 'node:fs';
import { wordsOf } from '../rollout/problem';
import { PersonError } from './errors';

/** Writes the file of `--out`. */
export function writeOut(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (error) {
    const why = wordsOf(error);
    throw new PersonError(
      `${path} could not be written: ${why}. Name another file with --out; nothing else has changed.`,
      undefined,
      { cause: error },
    );
  }
}
