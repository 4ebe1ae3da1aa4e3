import { appendFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Connection, type Client } from '@temporalio/client';
import { startDevServer } from '../../local/dev-server';
import { freePorts, startProgram } from '../../local/processes';
import { newClient } from '../../temporal/client';
import { registerSearchAttributes } from '../../temporal/search-attributes';
import { upwave } from '../client/run-upwave';
import type { FleetRow, JournalLine } from '../support/world';
import { fleetOf } from './fleet';
import { BEGINS_AFTER_MS } from './plan';
import { startProxy, type Proxy } from './proxy';
import { supervise, type Supervised } from './supervised';
import type { Cut } from './proxy';
import { settingsOf, type CutOff } from './troubles';

const DIST = join(__dirname, '..', '..', 'dist');
const SERVICES = ['taurusdb', 'gaussdb', 'dcs', 'iam'] as const;

/** What must not be found in anything that is kept. */
interface Access {
  readonly ak: string;
  readonly sk: string;
  readonly user: string;
  readonly password: string;
  readonly domain: string;
}

/** Everything of one story, in processes of its own: each of them can be killed and comes back. */
export interface Lab {
  /** Reaches Temporal directly: people and judges are not cut off. */
  readonly client: Client;
  readonly taskQueue: string;
  readonly access: Access;
  readonly workers: readonly [Supervised, Supervised];
  readonly server: Supervised;
  readonly cloud: Supervised;
  cut(of: CutOff, how: Cut): Promise<void>;
  mend(of: CutOff): Promise<void>;
  fleet(): Promise<FleetRow[]>;
  journal(): Promise<JournalLine[]>;
  setFaults(faults: object): Promise<void>;
  /** `upwave` with these words, as a person would run it; what it prints. */
  upwave(words: readonly string[]): Promise<string>;
  stop(): Promise<void>;
}

/** Starts the cloud of this seed, a Temporal server with a database file, and two workers. */
export async function startLab(given: {
  readonly seed: number;
  readonly targets: number;
  readonly temporal: string;
  /** Where the workers' logs are kept. */
  readonly folder: string;
}): Promise<Lab> {
  const { seed, targets, temporal, folder } = given;
  const scratch = await mkdtemp(join(tmpdir(), 'upwave-faults-'));
  const started: { stop(): Promise<unknown> }[] = [];
  const keep = <T extends { stop(): Promise<unknown> }>(each: T): T => {
    started.unshift(each);
    return each;
  };
  const stop = async () => {
    for (const each of started) await each.stop();
    await rm(scratch, { recursive: true, force: true });
  };
  try {
    const [cloudPort = 0] = await freePorts(4, true);
    const [serverPort = 0, ...proxyPorts] = await freePorts(6, false);
    const page = `http://127.0.0.1:${cloudPort}/_emulator`;
    const fleetFile = join(scratch, 'fleet.json');
    await writeFile(fleetFile, JSON.stringify(fleetOf(seed, targets)));

    const cloud = keep(await supervise(() => startCloud(cloudPort, { seed, fleetFile, scratch })));
    const dbFile = join(scratch, 'temporal.db');
    const server = keep(
      await supervise(() =>
        startDevServer({ program: temporal, port: serverPort, ui: false, dbFile }),
      ),
    );
    const [toServer, ...toCloud] = await startProxies(proxyPorts, [
      serverPort,
      ...SERVICES.map((_, index) => cloudPort + index),
    ]);
    if (!toServer) throw new Error('no proxy');
    for (const proxy of [toServer, ...toCloud]) keep({ stop: () => proxy.close() });

    const address = `127.0.0.1:${serverPort}`;
    const connection = await Connection.connect({ address });
    keep({ stop: () => connection.close() });
    await registerSearchAttributes(connection, 'default');
    const client = newClient(connection);

    const access = await get<Access>(`${page}/access`);
    const taskQueue = `faults-${seed}`;
    const env = {
      TEMPORAL_ADDRESS: `127.0.0.1:${toServer.port}`,
      UPWAVE_TASK_QUEUE: taskQueue,
      UPWAVE_LOG_LEVEL: 'debug',
      ...credentials(access, seed),
      ...Object.fromEntries(
        SERVICES.map((service, index) => [
          `CLOUD_ENDPOINT_${service.toUpperCase()}`,
          `http://127.0.0.1:${toCloud[index]?.port}`,
        ]),
      ),
    };
    const worker = async (which: number) =>
      keep(await supervise(() => startWorker(env, join(folder, `worker-${which}.log`))));
    const workers = [await worker(0), await worker(1)] as const;
    const proxiesOf = (of: CutOff): readonly Proxy[] => [
      ...(of === 'cloud' ? [] : [toServer]),
      ...(of === 'server' ? [] : toCloud),
    ];

    return {
      client,
      taskQueue,
      access,
      workers,
      server,
      cloud,
      cut: async (of, how) => void (await Promise.all(proxiesOf(of).map((each) => each.cut(how)))),
      mend: async (of) => void (await Promise.all(proxiesOf(of).map((each) => each.mend()))),
      fleet: () => get(`${page}/fleet`),
      journal: () => get(`${page}/journal`),
      setFaults: (faults) => put(`${page}/faults`, faults),
      upwave: (words) =>
        runUpwave(words, { TEMPORAL_ADDRESS: address, UPWAVE_TASK_QUEUE: taskQueue }),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** What holds for the clouds of all stories. */
const FOR_ALL = ['duration=2s', 'slowFor=2s', `maintenanceDelay=${BEGINS_AFTER_MS}ms`];

function startCloud(
  port: number,
  { seed, fleetFile, scratch }: { seed: number; fleetFile: string; scratch: string },
) {
  return startProgram({
    file: join(DIST, 'emulator', 'main.js'),
    args: [
      ...['--port', `${port}`, '--seed', `${seed}`, '--fleet', fleetFile],
      ...['--state', join(scratch, 'cloud.jsonl')],
      ...[...FOR_ALL, ...settingsOf(seed)].flatMap((word) => ['--set', word]),
    ],
    env: {},
    name: 'the emulator',
    readyLine: 'ready',
  });
}

function startWorker(env: Readonly<Record<string, string>>, log: string) {
  return startProgram({
    file: join(DIST, 'worker', 'main.js'),
    args: [],
    env,
    name: 'the worker',
    readyLine: 'ready',
    onLine: (line) => appendFileSync(log, `${line}\n`),
  });
}

/** Every other story signs with a key, the others ask for tokens. */
function credentials(
  { ak, sk, user, password, domain }: Access,
  seed: number,
): Readonly<Record<string, string>> {
  return seed % 2 === 0
    ? { CLOUD_SDK_AK: ak, CLOUD_SDK_SK: sk }
    : { CLOUD_IAM_USER: user, CLOUD_IAM_PASSWORD: password, CLOUD_IAM_DOMAIN: domain };
}

function startProxies(ports: readonly number[], targets: readonly number[]): Promise<Proxy[]> {
  return Promise.all(targets.map((target, index) => startProxy(ports[index] ?? 0, target)));
}

async function runUpwave(
  words: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<string> {
  const { code, stdout, stderr } = await upwave(words, { env });
  if (code !== 0) throw new Error(`upwave ${words.join(' ')}: exit code ${code}: ${stderr}`);
  return stdout;
}

async function get<T>(url: string): Promise<T> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return (await response.json()) as T;
}

async function put(url: string, body: object): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'PUT', headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
}
