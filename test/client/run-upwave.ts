import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

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
}

/** Runs the built command line with a clean environment; nobody's Temporal can be reached. */
export function upwave(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  if (!existsSync(MAIN)) throw new Error(`${MAIN} is not there: npm run build comes before jest`);

  const { env = {}, interruptAt } = options;
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(TEMPORAL_|CLOUD_|UPWAVE_|NO_COLOR$|CI$)/.test(name),
  );
  const nowhere = { TEMPORAL_CONFIG_FILE: join(tmpdir(), 'upwave-no-such-file.toml') };
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { ...Object.fromEntries(kept), ...nowhere, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: KILL_AFTER_MS,
    killSignal: 'SIGKILL',
  });
  let [stdout, stderr] = ['', ''];
  let interrupted = false;
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
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
