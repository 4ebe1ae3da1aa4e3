import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { startDevServer } from './dev-server';
import type { DevServer } from './dev-server';
import { cleanEnvironment, freePorts, onStopSignal, startProgram } from './processes';
import type { StartedProgram } from './processes';
import { findTemporalProgram } from './temporal-program';

/**
 * The main job on one machine: an emulated cloud, a Temporal dev server with its web UI, a worker,
 * and the command line as a person would use it. A program of its own; `upwave demo` starts it.
 */

const DIST = join(__dirname, '..');
const ROOT = join(DIST, '..');
const PLANS = join(ROOT, 'plans');
const REPORTS = ['demo.html', 'demo.json'].map((name) => join('reports', name));
const PLAN_NAME = 'demo';
const GRACE_MS = 5_000;

interface Access {
  readonly ak: string;
  readonly sk: string;
  readonly endpoints: Readonly<Record<'taurusdb' | 'gaussdb' | 'dcs' | 'iam', string>>;
}

/** Runs the demo and returns the exit code of its rollout. */
async function demo(keep: boolean): Promise<number> {
  const program = await findTemporalProgram({ say, env: process.env });
  const started: (StartedProgram | DevServer)[] = [];
  const stopAll = async () => {
    for (const each of [...started].reverse()) await each.stop(GRACE_MS);
  };
  onStopSignal(async () => {
    await stopAll();
    say('all programs of the demo are stopped');
    process.exit(130);
  });
  try {
    const emulator = await startEmulator();
    started.push(emulator.program);
    say(`emulated cloud: 24 instances of four families, ${emulator.page}/fleet`);

    const server = await startDevServer({ program, ui: true });
    started.push(server);
    say(`Temporal dev server at ${server.address}, its web UI at ${server.uiAddress}`);

    const env = environment(server, emulator.access);
    const worker = await startProgram({
      file: join(DIST, 'worker', 'main.js'),
      args: [],
      env: { ...env, UPWAVE_LOG_LEVEL: 'error' },
      name: 'the worker',
      readyLine: 'ready',
    });
    started.push(worker);
    say(`worker (process ${worker.pid}), which alone holds the cloud's credentials`);

    const unique = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
    const id = `rollout/${PLAN_NAME}/${unique}`;
    say(`rollout: ${server.uiAddress}/namespaces/default/workflows/${encodeURIComponent(id)}`);
    const code = await upwave(env, [
      'start',
      join(PLANS, 'demo.yaml'),
      '--id',
      unique,
      '--watch',
      '--yes',
    ]);
    await mkdir(join(ROOT, 'reports'), { recursive: true });
    await upwave(env, ['report', id, ...REPORTS.flatMap((file) => ['--out', join(ROOT, file)])]);
    say(`the whole story in one page: open ${REPORTS[0]} in a browser`);
    if (!keep) return code;

    say('everything goes on running: look around, Ctrl-C ends it');
    say(`to use the command line on it: ${shellLine(env)}`);
    await new Promise<never>(() => setInterval(() => undefined, 60_000));
    return code;
  } finally {
    await stopAll();
  }
}

async function startEmulator() {
  const [port = 0] = await freePorts(4, true);
  const fleet = join(PLANS, 'demo-fleet.json');
  const faults = join(PLANS, 'demo-faults.json');
  const program = await startProgram({
    file: join(DIST, 'emulator', 'main.js'),
    args: ['--port', `${port}`, '--fleet', fleet, '--faults', faults, '--set', 'duration=3s'],
    env: {},
    name: 'the emulator',
    readyLine: 'ready',
  });
  const page = `http://127.0.0.1:${port}/_emulator`;
  const response = await fetch(`${page}/access`);
  return { program, page, access: (await response.json()) as Access };
}

function environment({ address }: DevServer, { ak, sk, endpoints }: Access) {
  return {
    TEMPORAL_ADDRESS: address,
    CLOUD_SDK_AK: ak,
    CLOUD_SDK_SK: sk,
    CLOUD_ENDPOINT_TAURUSDB: endpoints.taurusdb,
    CLOUD_ENDPOINT_GAUSSDB: endpoints.gaussdb,
    CLOUD_ENDPOINT_DCS: endpoints.dcs,
    CLOUD_ENDPOINT_IAM: endpoints.iam,
  };
}

/** The command line on this terminal, so that it shows what a person would see. */
function upwave(env: Readonly<Record<string, string>>, args: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, [join(DIST, 'client', 'main.js'), ...args], {
    stdio: 'inherit',
    // The client needs Temporal alone; the credentials are the worker's.
    env: { ...cleanEnvironment(process.env), TEMPORAL_ADDRESS: env.TEMPORAL_ADDRESS },
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

function shellLine({ TEMPORAL_ADDRESS }: Readonly<Record<string, string>>): string {
  return `TEMPORAL_ADDRESS=${TEMPORAL_ADDRESS} npx upwave list`;
}

function say(line: string): void {
  process.stdout.write(`demo: ${line}\n`);
}

async function main(): Promise<number> {
  const given = process.argv.slice(2);
  const unknown = given.find((each) => each !== '--keep');
  if (unknown === undefined) return demo(given.length > 0);
  process.stderr.write(`demo: ${unknown}: it knows --keep alone. Nothing was started.\n`);
  return 2;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`demo: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  },
);
