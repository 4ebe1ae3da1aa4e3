import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ProgramFailedError } from '../../local/processes';
import { runProgram, type RunResult } from '../../local/run-program';
import { cacheFolder } from '../../local/temporal-search';

/** A Python that has what a requirements file names, or why there is none. */
export type PythonEnvironment = { readonly python: string } | { readonly missing: string };

// A package index that is away must not hold up whoever waits for the tests.
const INSTALL_LIMIT_MS = 5 * 60_000;
const LOOK_LIMIT_MS = 30_000;

/** What Python is started with: nothing of this shell's own Python, no byte code beside our files. */
export const PYTHON_ENV = {
  PYTHONPATH: undefined,
  PYTHONHOME: undefined,
  PYTHONDONTWRITEBYTECODE: '1',
} as const;

/**
 * A virtual environment with the pins of the requirements file, made once per pins and version of
 * Python, in the user's cache folder. What is missing is said in words, not thrown.
 */
export async function pythonEnvironment(
  requirements: string,
  say: (line: string) => void,
): Promise<PythonEnvironment> {
  const version = await run('python3', ['--version'], LOOK_LIMIT_MS);
  if (version.code !== 0) return { missing: 'there is no python3 on the PATH' };
  const pins = readFileSync(requirements, 'utf8').trim();
  const key = createHash('sha256').update(`${version.lines.join()} ${pins}`).digest('hex');
  const folder = join(dirname(cacheFolder(process.env)), `python-${key.slice(0, 16)}`);
  const python = join(folder, 'bin', 'python');
  if (existsSync(python)) return { python };
  say(`making a virtual environment with ${pins.split('\n').join(', ')}`);
  const problem = await make(folder, requirements);
  return problem === undefined ? { python } : { missing: problem };
}

/** Made aside and moved in one step: what is in the cache is whole. */
async function make(folder: string, requirements: string): Promise<string | undefined> {
  const aside = `${folder}.partial-${process.pid}`;
  await mkdir(dirname(folder), { recursive: true });
  try {
    const venv = await run('python3', ['-m', 'venv', aside], INSTALL_LIMIT_MS);
    if (venv.code !== 0) return `python3 -m venv does not work here: ${lastOf(venv)}`;
    // Few retries: an index that is away is soon said to be away, and the next run asks again.
    const install = '-m pip --disable-pip-version-check install --quiet --retries 1 -r'.split(' ');
    const pip = [...install, requirements];
    const installed = await run(join(aside, 'bin', 'python'), pip, INSTALL_LIMIT_MS);
    if (installed.code !== 0) return `pip cannot get the packages: ${lastOf(installed)}`;
    // Somebody else may have been quicker.
    if (!existsSync(folder)) await rename(aside, folder);
    return undefined;
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

async function run(file: string, args: readonly string[], timeoutMs: number): Promise<RunResult> {
  try {
    return await runProgram({ file, args, env: PYTHON_ENV, name: file, timeoutMs });
  } catch (error) {
    if (!(error instanceof ProgramFailedError)) throw error;
    return { code: null, signal: null, lines: [error.message], timedOut: false };
  }
}

function lastOf({ lines, timedOut }: RunResult): string {
  return timedOut ? 'it took too long' : (lines.at(-1) ?? 'it said nothing');
}
