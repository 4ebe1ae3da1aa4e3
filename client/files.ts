import { accessSync, constants, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { problem, wordsOf, type Problem } from '../rollout/problem';
import { PersonError } from './errors';

/**
 * What keeps the files of `--out` from being written, as far as it shows beforehand: whoever has
 * waited for hours should not learn it then.
 */
export function outProblems(paths: readonly string[]): readonly Problem[] {
  return paths.flatMap((path) => outProblem(path) ?? []);
}

function outProblem(path: string): Problem | null {
  if (path === '') return problem('--out', '"" names no file', null);
  const folder = dirname(path);
  try {
    if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
      const right = 'create it first, or name another file';
      return problem('--out', `"${path}": there is no folder "${folder}"`, right);
    }
    const there = statSync(path, { throwIfNoEntry: false });
    if (there?.isDirectory() || path.endsWith('/')) {
      return problem('--out', `"${path}" is a folder`, 'the name of a file');
    }
    // A file that is there may be written where nothing new can be.
    accessSync(there ? path : folder, constants.W_OK);
    return null;
  } catch (error) {
    return problem('--out', `"${path}" cannot be written: ${wordsOf(error)}`, null);
  }
}

/** Writes the file of `--out`. */
export function writeOut(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (error) {
    const why = wordsOf(error);
    throw new PersonError(
      `${path} could not be written: ${why}. What was printed or written before it is whole. Name another file with --out.`,
      undefined,
      { cause: error },
    );
  }
}
