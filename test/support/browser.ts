import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { chromium, type BrowserContext, type BrowserContextOptions } from 'playwright-core';
import { ProgramFailedError } from '../../local/processes';
import { runProgram } from '../../local/run-program';

/** A Chromium that tests can drive, or why there is none and how to get it. */
export type Chromium = { readonly file: string } | { readonly missing: string };

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
// 100 MB or so; a mirror that is away must not hold up whoever waits for the tests.
const INSTALL_LIMIT_MS = 8 * 60_000;
const GET_ONE = 'install Chromium (Debian: apt-get install chromium), or set CHROMIUM_PATH';

/**
 * The browser of this machine: `CHROMIUM_PATH`, the PATH, or Debian's own place. Where there is none
 * and we are root on a Debian, it is installed. What is missing is said in words, not thrown.
 */
export async function findChromium(
  say: (line: string) => void,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Chromium> {
  const { CHROMIUM_PATH: given } = env;
  if (given) {
    const isThere = isProgram(given);
    return isThere ? { file: given } : { missing: `CHROMIUM_PATH is ${given}: no program there` };
  }
  const found = onPath(env);
  if (found !== null) return { file: found };
  if (!isRootOnDebian(env)) return { missing: `there is no Chromium: ${GET_ONE}` };
  say('installing Debian\u2019s chromium');
  const problem = await install(env);
  const installed = onPath(env);
  if (installed !== null) return { file: installed };
  return { missing: `apt-get cannot install chromium (${problem}): ${GET_ONE}` };
}

function onPath({ PATH = '' }: NodeJS.ProcessEnv): string | null {
  const folders = PATH.split(delimiter).filter(Boolean);
  const files = folders.flatMap((folder) => NAMES.map((name) => join(folder, name)));
  return files.find(isProgram) ?? null;
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function isRootOnDebian({ PATH = '' }: NodeJS.ProcessEnv): boolean {
  const folders = PATH.split(delimiter).filter(Boolean);
  const hasApt = folders.some((folder) => isProgram(join(folder, 'apt-get')));
  return hasApt && process.getuid?.() === 0 && existsSync('/etc/debian_version');
}

/** Null: it went well. */
async function install(env: NodeJS.ProcessEnv): Promise<string> {
  const quiet = { DEBIAN_FRONTEND: 'noninteractive', PATH: env.PATH };
  const commands = [
    ['update', '-qq'],
    ['install', '-y', '-qq', '--no-install-recommends', 'chromium', 'fonts-dejavu-core'],
  ];
  for (const args of commands) {
    try {
      const { code, lines, timedOut } = await runProgram({
        file: 'apt-get',
        args,
        env: quiet,
        name: 'apt-get',
        timeoutMs: INSTALL_LIMIT_MS,
      });
      if (timedOut) return 'it took too long';
      if (code !== 0) return lines.at(-1) ?? `exit code ${code}`;
    } catch (error) {
      if (!(error instanceof ProgramFailedError)) throw error;
      return error.message;
    }
  }
  return 'it is not on the PATH afterwards';
}

/** A browser with an empty profile that calls nobody by itself. */
export interface OpenBrowser {
  readonly context: BrowserContext;
  close(): Promise<void>;
}

/** Opens a Chromium without a window. */
export async function openBrowser(
  file: string,
  options: BrowserContextOptions = {},
): Promise<OpenBrowser> {
  const profile = await mkdtemp(join(tmpdir(), 'upwave-chromium-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: file,
    headless: true,
    args: FLAGS,
    // Tests run as root in many a container, where Chromium refuses its own sandbox.
    chromiumSandbox: false,
    ...options,
  });
  return {
    context,
    async close() {
      await context.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
}

const FLAGS = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The version that the program says it is. */
export function versionOf(file: string): string {
  return execFileSync(file, ['--version', '--no-sandbox'], { encoding: 'utf8' }).trim();
}

/** Whether a file is a PNG picture: what a screenshot must be. */
export function isPicture(file: string): boolean {
  return readFileSync(file).subarray(1, 4).toString() === 'PNG';
}
