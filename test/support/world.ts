import { randomInt, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Connection, type Client } from '@temporalio/client';
import type { WorkflowHandle } from '@temporalio/client';
import { freePorts, startProgram } from '../../local/processes';
import type { StartedProgram } from '../../local/processes';
import { rolloutId } from '../../rollout/ids';
import { parsePlan } from '../../rollout/plan';
import type { Plan } from '../../rollout/plan';
import { newClient } from '../../temporal/client';
import { registerSearchAttributes } from '../../temporal/search-attributes';
import type { RolloutInput } from '../../workflows/messages';
import type { rollout } from '../../workflows/rollout';
import { testServerAddress } from './temporal-server';

const DIST = join(__dirname, '..', '..', 'dist');

export interface FleetRow {
  readonly family: string;
  readonly instanceId: string;
  readonly proxyId: string | null;
  readonly version: string;
  readonly latest: string;
  readonly status: string;
  readonly upgradesStarted: number;
  readonly upgradesCompleted: number;
}

export interface JournalEffect {
  readonly kind: 'upgradeStarted' | 'upgradeEnded' | 'cancelled';
  readonly family: string;
  readonly instanceId: string;
  readonly proxyId: string | null;
  readonly result: 'succeeded' | 'failed' | null;
}

export interface JournalLine {
  readonly seq: number;
  readonly at: string;
  readonly method: string | null;
  readonly path: string | null;
  readonly body: unknown;
  readonly status: number | null;
  readonly fault: string | null;
  readonly effects: readonly JournalEffect[];
}

interface Access {
  readonly projectId: string;
  readonly region: string;
  readonly ak: string;
  readonly sk: string;
  readonly user: string;
  readonly password: string;
  readonly domain: string;
  readonly endpoints: Readonly<Record<'taurusdb' | 'gaussdb' | 'dcs' | 'iam', string>>;
}

/** A cloud of its own (a real emulator process) and a task queue of its own on the shared server. */
export interface World {
  readonly client: Client;
  readonly taskQueue: string;
  readonly access: Access;
  /** What a command line or a worker needs in its environment. */
  readonly env: Readonly<Record<string, string>>;
  fleet(): Promise<FleetRow[]>;
  journal(): Promise<JournalLine[]>;
  setFaults(faults: unknown): Promise<void>;
  /** A worker process on this world's queue; several may run. */
  startWorker(env?: Readonly<Record<string, string | undefined>>): Promise<StartedProgram>;
  start(plan: Plan): Promise<WorkflowHandle<typeof rollout>>;
  stop(): Promise<void>;
}

export interface WorldOptions {
  /**
   * Whatever it is that depends on it, say it; else each world gets its own. Worlds share a server,
   * and two with the same instances would wait for each other's locks.
   */
  readonly seed?: number;
  readonly size?: number;
  readonly fleet?: readonly unknown[];
  readonly faults?: unknown;
  readonly set?: Readonly<Record<string, string | number | boolean>>;
  /** Another server than the one all tests share. */
  readonly address?: string;
}

export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'upwave-world-'));
  const [port = 0] = await freePorts(4, true);
  const emulator = await startEmulator(folder, port, options);
  const page = `http://127.0.0.1:${port}/_emulator`;
  const access = await get<Access>(`${page}/access`);
  const address = options.address ?? testServerAddress();
  const connection = await Connection.connect({ address });
  await registerSearchAttributes(connection, 'default');
  const client = newClient(connection);
  const taskQueue = `test-${randomUUID()}`;
  const env = {
    TEMPORAL_ADDRESS: address,
    UPWAVE_TASK_QUEUE: taskQueue,
    CLOUD_SDK_AK: access.ak,
    CLOUD_SDK_SK: access.sk,
    CLOUD_ENDPOINT_TAURUSDB: access.endpoints.taurusdb,
    CLOUD_ENDPOINT_GAUSSDB: access.endpoints.gaussdb,
    CLOUD_ENDPOINT_DCS: access.endpoints.dcs,
    CLOUD_ENDPOINT_IAM: access.endpoints.iam,
  };
  const workers: StartedProgram[] = [];

  async function startWorker(extra: Readonly<Record<string, string | undefined>> = {}) {
    const worker = await startProgram({
      file: join(DIST, 'worker', 'main.js'),
      args: [],
      env: { ...env, ...extra },
      name: 'the worker',
      readyLine: 'ready',
    });
    workers.push(worker);
    return worker;
  }

  return {
    client,
    taskQueue,
    access,
    env,
    fleet: () => get(`${page}/fleet`),
    journal: () => get(`${page}/journal`),
    setFaults: (faults) => put(`${page}/faults`, faults),
    startWorker,
    start: (plan) => startRollout(client, taskQueue, plan),
    async stop() {
      await Promise.all(workers.map((worker) => worker.kill()));
      await emulator.kill();
      await connection.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Reads a plan given as an object; a problem in it fails the test. */
export function planOf(plan: Readonly<Record<string, unknown>>): Plan {
  const { plan: parsed, problems } = parsePlan(JSON.stringify(plan), {
    readFile: (path) => {
      throw new Error(`a test's plan reads no file: ${path}`);
    },
  });
  if (!parsed) throw new Error(`bad plan: ${JSON.stringify(problems, null, 2)}`);
  return parsed;
}

/** A rollout that freezes its plan itself. */
export function startRollout(client: Client, taskQueue: string, plan: Plan) {
  const input: RolloutInput = { plan };
  return client.workflow.start<typeof rollout>('rollout', {
    workflowId: rolloutId(plan.name, randomUUID()),
    taskQueue,
    args: [input],
  });
}

async function startEmulator(folder: string, port: number, options: WorldOptions) {
  const { seed = randomInt(2 ** 31), size, fleet, faults, set = {} } = options;
  const args = ['--port', String(port), '--seed', String(seed)];
  if (fleet) args.push('--fleet', await writeJson(folder, 'fleet.json', fleet));
  else args.push('--size', String(size ?? 8));
  if (faults) args.push('--faults', await writeJson(folder, 'faults.json', faults));
  for (const [key, value] of Object.entries(set)) args.push('--set', `${key}=${value}`);
  return startProgram({
    file: join(DIST, 'emulator', 'main.js'),
    args,
    env: {},
    name: 'the emulator',
    readyLine: 'ready',
  });
}

async function writeJson(folder: string, name: string, value: unknown): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, JSON.stringify(value));
  return file;
}

async function get<T>(url: string): Promise<T> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return (await response.json()) as T;
}

async function put(url: string, body: unknown): Promise<void> {
  const response = await fetch(url, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
}
