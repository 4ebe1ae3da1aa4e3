import { existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ProgramFailedError } from '../../local/processes';
import { runProgram, type RunResult } from '../../local/run-program';
import { cacheFolder, onPath } from '../../local/temporal-search';

/** Where promtool is, or why it cannot be had. */
export type Promtool = { readonly promtool: string } | { readonly missing: string };

// Twenty megabytes of a mirror that is there.
const FETCH_LIMIT_MS = 3 * 60_000;

/**
 * The promtool on the PATH, or of an earlier run; else the one in Debian's package `prometheus`, which
 * is unpacked into the cache folder and not installed. What is missing is said in words, not thrown.
 */
export async function findPromtool(say: (line: string) => void): Promise<Promtool> {
  const found = onPath('promtool', process.env)[0];
  if (found !== undefined) return { promtool: found };
  const cached = join(dirname(cacheFolder(process.env)), 'promtool', 'promtool');
  if (existsSync(cached)) return { promtool: cached };
  const none = 'there is no promtool on the PATH';
  if (onPath('apt-get', process.env).length === 0 || onPath('dpkg-deb', process.env).length === 0) {
    return { missing: `${none}, and no apt-get to get Debian's package prometheus` };
  }
  say('unpacking promtool from the Debian package prometheus');
  const problem = await unpack(cached);
  return problem === null ? { promtool: cached } : { missing: `${none}, and ${problem}` };
}

/** Made aside and moved in one step: what is in the cache is whole. Null: done. */
async function unpack(wanted: string): Promise<string | null> {
  await mkdir(dirname(wanted), { recursive: true });
  const aside = await mkdtemp(join(dirname(wanted), '.partial-'));
  try {
    const fetched = await run('apt-get', ['download', 'prometheus'], aside);
    const name = (await readdir(aside)).find((each) => each.endsWith('.deb'));
    if (fetched.code !== 0 || name === undefined) {
      return `apt-get cannot download prometheus: ${fetched.lines.at(-1) ?? 'it said nothing'}`;
    }
    const unpacked = await run('dpkg-deb', ['-x', name, 'package'], aside);
    if (unpacked.code !== 0) return `dpkg-deb cannot unpack ${name}`;
    const program = join(aside, 'promtool');
    await copyFile(join(aside, 'package', 'usr', 'bin', 'promtool'), program);
    await chmod(program, 0o755);
    await rename(program, wanted);
    return null;
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

async function run(file: string, args: readonly string[], cwd: string): Promise<RunResult> {
  try {
    return await runProgram({ file, args, cwd, env: {}, name: file, timeoutMs: FETCH_LIMIT_MS });
  } catch (error) {
    if (!(error instanceof ProgramFailedError)) throw error;
    return { code: null, signal: null, lines: [error.message], timedOut: false };
  }
}
