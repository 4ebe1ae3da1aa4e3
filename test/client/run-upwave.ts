import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { FakeTerminal } from './terminal';

const AS_TERMINAL = pathToFileURL(join(__dirname, '..', 'support', 'as-terminal.mjs')).href;
const MAIN = join(__dirname, '..', '..', 'dist', 'client', 'main.js');
// A command that hangs must not hang the tests.
const KILL_AFTER_MS = 60_000;

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Sends Ctrl-C when stdout holds this. */
  readonly interruptAt?: string;
  /** Reads stdout as slowly: a chunk, then a rest of so many milliseconds. */
  readonly restMs?: number;
}

/** Runs the built command line with a clean environment; nobody's Temporal can be reached. */
export function upwave(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  if (!existsSync(MAIN)) throw new Error(`${MAIN} is not there: npm run build comes before jest`);

  const { env = {}, interruptAt, restMs } = options;
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { ...cleanEnv(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: KILL_AFTER_MS,
    killSignal: 'SIGKILL',
  });
  let [stdout, stderr] = ['', ''];
  let interrupted = false;
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
    if (restMs !== undefined) {
      child.stdout.pause();
      setTimeout(() => child.stdout.resume(), restMs);
    }
    if (interruptAt === undefined || interrupted || !stdout.includes(interruptAt)) return;
    interrupted = true;
    child.kill('SIGINT');
  });
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/** The environment without anything that would change what upwave does or shows. */
function cleanEnv(): Record<string, string | undefined> {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(TEMPORAL_|CLOUD_|UPWAVE_|NO_COLOR$|CI$|TERM$)/.test(name),
  );
  const nowhere = { TEMPORAL_CONFIG_FILE: join(tmpdir(), 'upwave-no-such-file.toml') };
  return { ...Object.fromEntries(kept), ...nowhere };
}

/** An `upwave` that draws on a terminal. */
export interface Drawn {
  readonly terminal: FakeTerminal;
  readonly ended: Promise<number | null>;
  resize(columns: number, rows: number): void;
  interrupt(): void;
  kill(): void;
  stderr(): string;
}

/** Runs the built command line as on a terminal of this size. */
export function upwaveOnTerminal(
  args: readonly string[],
  { env = {}, columns = 80, rows = 24 }: RunOptions & { columns?: number; rows?: number } = {},
): Drawn {
  const terminal = new FakeTerminal(columns, rows);
  const child = spawn(process.execPath, ['--import', AS_TERMINAL, MAIN, ...args], {
    env: { ...cleanEnv(), TEST_TERMINAL: `${columns}x${rows}`, ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    timeout: 2 * KILL_AFTER_MS,
    killSignal: 'SIGKILL',
  });
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => terminal.write(chunk));
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  return {
    terminal,
    ended: new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve(code));
    }),
    resize(toColumns, toRows) {
      terminal.resize(toColumns, toRows);
      child.send(`${toColumns}x${toRows}`);
    },
    interrupt: () => void child.kill('SIGINT'),
    kill: () => void child.kill('SIGKILL'),
    stderr: () => stderr,
  };
}

/** A folder for plan files; `remove` at the end. */
export function planFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'upwave-client-'));
  return {
    write(name: string, content: unknown): string {
      const path = join(folder, name);
      writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
      return path;
    },
    path: (name: string) => join(folder, name),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** A valid plan of two caches in two waves; a test says its differences. */
export function aPlan(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    version: 1,
    name: 'client-test',
    projectId: '0483b6b16e954cb88930a360d2c4e663',
    region: 'cn-north-4',
    upgrades: { cache: { family: 'dcs-instance', engineMinorVersion: 'latest' } },
    targets: [
      {
        upgrade: 'cache',
        instanceId: '5560df16-cebf-4473-95c4-d1b573c16e79',
        labels: { tier: 'canary' },
      },
      { upgrade: 'cache', instanceId: '5560df16-cebf-4473-95c4-d1b573c16e80' },
    ],
    waves: [
      { name: 'canary', match: { tier: 'canary' } },
      { name: 'rest', take: 'rest', budget: { failed: 2 } },
    ],
    ...changes,
  };
}
