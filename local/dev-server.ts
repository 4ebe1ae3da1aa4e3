import { Connection } from '@temporalio/client';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  exitWords,
  freePorts,
  lastWords,
  startProgram,
  type ProgramExit,
  type StartedProgram,
} from './processes';
import { allFree } from './ports';

const HOST = '127.0.0.1';
// A file of a long rollout takes seconds to open on two busy cores; an empty one a fifth of one.
const START_TIMEOUT_MS = 30_000;
const LOOK_EVERY_MS = 100;
const STOP_GRACE_MS = 10_000;
// Another process can take a free port before the server does.
const TRIES_WITH_OWN_PORTS = 3;

export interface DevServerOptions {
  /** As found by `findTemporalProgram`. */
  readonly program: string;
  /** Without one, a free port; with one, that one or an error. */
  readonly port?: number;
  readonly uiPort?: number;
  readonly ui: boolean;
  /** Where the server keeps everything; without one it forgets all at its end. */
  readonly dbFile?: string;
  /** Given each line of the server's output; by itself it prints nothing. */
  readonly log?: (line: string) => void;
  /** Registered before it counts as started, for example `{ Team: 'Keyword' }`. */
  readonly searchAttributes?: Readonly<Record<string, string>>;
  /** The server's dynamic configuration, for example small limits in a test. */
  readonly dynamicConfig?: Readonly<Record<string, string | number | boolean>>;
}

export interface DevServer {
  readonly address: string;
  readonly port: number;
  readonly uiAddress: string | null;
  readonly pid: number;
  readonly exited: Promise<ProgramExit>;
  /** Asks it to end, and kills it when it has not after ten seconds. */
  stop(): Promise<void>;
  /** SIGKILL. With a `dbFile` another start on the same file finds everything again. */
  kill(): Promise<void>;
}

/** The dev server ended or did not answer; the message has its last words. */
export class DevServerFailedError extends Error {
  override readonly name = 'DevServerFailedError';
}

/**
 * Starts a Temporal dev server for this process, on loopback alone, and waits until it answers and
 * its namespace `default` exists. It ends with this process (see `leash`).
 */
export async function startDevServer(options: DevServerOptions): Promise<DevServer> {
  const ownPorts = options.port === undefined;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startOnce(options);
    } catch (error) {
      const portTaken =
        error instanceof Error && /address already in use|is taken/.test(error.message);
      if (!ownPorts || !portTaken || attempt === TRIES_WITH_OWN_PORTS) throw error;
    }
  }
}

async function startOnce(options: DevServerOptions): Promise<DevServer> {
  const [freePort = 0, freeUiPort = 0] = await freePorts(2, false);
  const port = options.port ?? freePort;
  const uiPort = options.ui ? (options.uiPort ?? freeUiPort) : null;
  await refuseTaken([port, ...(uiPort === null ? [] : [uiPort])]);
  const program = await startProgram({
    file: options.program,
    args: devServerArguments(options, port, uiPort),
    env: {},
    name: 'the Temporal dev server',
    onLine: options.log,
  });
  const address = `${HOST}:${port}`;
  await untilItAnswers(program, address);
  return {
    address,
    port,
    uiAddress: uiPort === null ? null : `http://${HOST}:${uiPort}`,
    pid: program.pid,
    exited: program.exited,
    stop: async () => void (await program.stop(STOP_GRACE_MS)),
    kill: async () => void (await program.kill()),
  };
}

/** Else the server that has the port would answer in the place of ours. */
async function refuseTaken(ports: readonly number[]): Promise<void> {
  for (const port of ports) {
    if (!(await allFree([port]))) {
      throw new DevServerFailedError(`starting the Temporal dev server: ${HOST}:${port} is taken`);
    }
  }
}

/** The command line of `temporal`; the UI is off when `uiPort` is null. */
export function devServerArguments(
  { dbFile, searchAttributes = {}, dynamicConfig = {} }: DevServerOptions,
  port: number,
  uiPort: number | null,
): string[] {
  const config = {
    // It asks a server of the makers for newer versions; nothing of ours calls the outside.
    'frontend.enableServerVersionCheck': false,
    ...dynamicConfig,
  };
  return [
    ...['server', 'start-dev', '--ip', HOST, '--port', String(port), '--log-level', 'error'],
    ...(uiPort === null ? ['--headless'] : ['--ui-port', String(uiPort)]),
    ...(dbFile === undefined ? [] : ['--db-filename', dbFile]),
    ...Object.entries(config).flatMap(([key, value]) => [
      '--dynamic-config-value',
      `${key}=${JSON.stringify(value)}`,
    ]),
    ...Object.entries(searchAttributes).flatMap(([name, type]) => [
      '--search-attribute',
      `${name}=${type}`,
    ]),
  ];
}

async function untilItAnswers(program: StartedProgram, address: string): Promise<void> {
  let ended: ProgramExit | null = null;
  void program.exited.then((exit) => (ended = exit));
  const giveUpAt = Date.now() + START_TIMEOUT_MS;
  let refusal = 'no answer';
  while (ended === null && Date.now() < giveUpAt) {
    try {
      await askForNamespace(address);
      // A server that took the port after our look may have answered while ours gave up.
      if (ended === null) return;
    } catch (error) {
      refusal = error instanceof Error ? error.message : String(error);
    }
    await Promise.race([sleep(LOOK_EVERY_MS), program.exited]);
  }
  await program.kill();
  const why = ended
    ? `ended at once (${exitWords(ended)})`
    : `did not answer on ${address} within ${START_TIMEOUT_MS / 1000} s (${refusal})`;
  throw new DevServerFailedError(`the Temporal dev server ${why}${lastWords(program.lines)}`);
}

async function askForNamespace(address: string): Promise<void> {
  const connection = await Connection.connect({ address, connectTimeout: 1_000 });
  try {
    await connection.withDeadline(Date.now() + 2_000, () =>
      connection.workflowService.describeNamespace({ namespace: 'default' }),
    );
  } finally {
    await connection.close();
  }
}
