import type { AddressInfo } from 'node:net';
import Fastify from 'fastify';
import type { FastifyInstance } from 'fastify';
import type { Access, Endpoints } from './control';
import { accessOf, mountControl } from './control';
import { dcsRoutes } from './dcs';
import { generateFleet, readFleet } from './fleet';
import { readFaults } from './faults';
import { gaussdbRoutes } from './gaussdb';
import { mount } from './http';
import { iamRoutes } from './iam';
import type { Route } from './route';
import type { Settings } from './settings';
import { readSettings } from './settings-reader';
import { noLog, openLog, readState } from './state';
import type { Store } from './store';
import { commit, replay, settle, startClock } from './store';
import { taurusdbRoutes } from './taurusdb';
import type { Origin, Service } from './types';
import { services } from './types';
import { createWorld } from './world';

/** How an emulator begins; what a state file already holds wins over seed, size, fleet and faults. */
export interface EmulatorOptions {
  /** First of four ports; absent: four consecutive free ones. */
  readonly port?: number;
  readonly seed?: string;
  readonly size?: number;
  /** The content of a fleet file. */
  readonly fleet?: unknown;
  /** The content of a faults file. */
  readonly faults?: unknown;
  /** Path of the state file. */
  readonly state?: string;
  /** `key=value` words. */
  readonly set?: readonly string[];
}

/** A running emulator. */
export interface Emulator {
  readonly access: Access;
  /** Stops listening; a state file keeps all. */
  close(): Promise<void>;
}

/** What the caller asked for cannot be done; the words say what is wrong. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const defaults = {
  seed: '1',
  size: 24,
  projectId: '0483b6b16e954cb88930a360d2c4e663',
  region: 'cn-north-4',
};

/** Every call that each listener offers. */
export const routesOf: Readonly<Record<Service, readonly Route[]>> = {
  taurusdb: taurusdbRoutes,
  gaussdb: gaussdbRoutes,
  dcs: dcsRoutes,
  iam: iamRoutes,
};

/** Starts all four listeners; the promise is fulfilled when they listen, and rejected on wrong options. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const store = openStore(options);
  // What ended while nobody ran this program ends now.
  settle(store, Date.now());
  const clock = startClock(store);
  try {
    const { apps, endpoints } = await listen(store, clock.arm, options.port);
    return {
      access: accessOf(store, endpoints),
      close: async () => {
        clock.stop();
        await Promise.all(apps.map((app) => app.close()));
        store.log.close();
      },
    };
  } catch (error) {
    clock.stop();
    store.log.close();
    throw error;
  }
}

function openStore(options: EmulatorOptions): Store {
  const settings = settingsOf(options.set ?? []);
  const kept = options.state === undefined ? undefined : readState(options.state);
  if (kept !== undefined && options.state !== undefined) {
    const world = createWorld(kept.origin, settings);
    for (const record of kept.records) replay(world, record);
    return { world, log: openLog(options.state, kept.origin) };
  }
  const faults = options.faults === undefined ? undefined : readFaults(options.faults);
  if (faults !== undefined && 'problems' in faults) throw usage('the faults', faults.problems);
  const origin = originOf(options, settings);
  const log = options.state === undefined ? noLog : openLog(options.state, origin);
  const store: Store = { world: createWorld(origin, settings), log };
  if (faults !== undefined) {
    commit(store, { entry: null, changes: [{ kind: 'faults', faults: faults.faults }] });
  }
  return store;
}

function settingsOf(words: readonly string[]): Settings {
  const read = readSettings(words);
  if ('problems' in read) throw new UsageError(read.problems.join('\n'));
  return read.settings;
}

function originOf(options: EmulatorOptions, settings: Settings): Origin {
  const seed = options.seed ?? defaults.seed;
  const world = { seed, settings, now: Date.now() };
  const { projectId, region } = defaults;
  if (options.fleet === undefined) {
    const fleet = generateFleet(world, options.size ?? defaults.size);
    return { seed, projectId, region, fleet };
  }
  const read = readFleet(world, options.fleet);
  if ('problems' in read) throw usage('the fleet', read.problems);
  return { seed, projectId, region, fleet: read.fleet };
}

function usage(what: string, problems: readonly string[]): UsageError {
  return new UsageError([`${what} cannot be used:`, ...problems].join('\n  '));
}

async function listen(
  store: Store,
  afterCall: () => void,
  port: number | undefined,
): Promise<{ readonly apps: readonly FastifyInstance[]; readonly endpoints: Endpoints }> {
  // Another program may take one of four ports that were free a moment ago.
  const tries = port === undefined ? 50 : 1;
  for (let attempt = 1; ; attempt += 1) {
    const apps: FastifyInstance[] = [];
    const endpoints: Record<Service, string> = { taurusdb: '', gaussdb: '', dcs: '', iam: '' };
    try {
      let next = port ?? 0;
      for (const service of services) {
        const app = build(store, service, { afterCall, endpoints });
        apps.push(app);
        await app.listen({ host: '127.0.0.1', port: next });
        const taken = (app.server.address() as AddressInfo).port;
        endpoints[service] = `http://127.0.0.1:${taken}`;
        next = taken + 1;
      }
      return { apps, endpoints };
    } catch (error) {
      await Promise.all(apps.map((app) => app.close()));
      if (attempt === tries) throw error;
    }
  }
}

function build(
  store: Store,
  service: Service,
  { afterCall, endpoints }: { readonly afterCall: () => void; readonly endpoints: Endpoints },
): FastifyInstance {
  // Closing must not wait for a client's idle or delayed connections.
  const app = Fastify({ logger: false, forceCloseConnections: true, exposeHeadRoutes: false });
  mount(app, { service, store, afterCall }, routesOf[service]);
  mountControl(app, store, () => accessOf(store, endpoints));
  return app;
}
