import { exitWords, lastWords } from './processes';
import { runProgram } from './run-program';
import { temporalVersionLine, type Environment } from './temporal-search';

// The first start reads 250 MB from a cold disk; a program that needs longer hangs.
const VERSION_TIMEOUT_MS = 20_000;

/** Runs `temporal --version` and gives its line; throws with the reason when it does not work. */
export async function checkTemporal(
  file: string,
  env: Environment,
  timeoutMs = VERSION_TIMEOUT_MS,
): Promise<string> {
  const run = await runProgram({ file, args: ['--version'], env, name: file, timeoutMs });
  if (run.timedOut) {
    throw new Error(`${file} --version did not answer within ${timeoutMs / 1000} s`);
  }
  if (run.code !== 0) {
    throw new Error(`${file} --version failed (${exitWords(run)})${lastWords(run.lines)}`);
  }
  const version = temporalVersionLine(run.lines);
  if (version === null) {
    throw new Error(`${file} --version names no version of Temporal${lastWords(run.lines)}`);
  }
  return version;
}
