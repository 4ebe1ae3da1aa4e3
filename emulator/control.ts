import type { FastifyInstance } from 'fastify';
import { credentialsOf } from './access';
import { readFaults } from './faults';
import { normalStatusOf } from './fleet';
import type { Store } from './store';
import { commit, settle } from './store';
import type { Service, Target } from './types';
import { restStatus, runningJob } from './world';

/** Where the four services are. */
export type Endpoints = Readonly<Record<Service, string>>;

/** What the access page says (contracts.md). */
export interface Access {
  readonly projectId: string;
  readonly region: string;
  readonly ak: string;
  readonly sk: string;
  readonly user: string;
  readonly password: string;
  readonly domain: string;
  readonly endpoints: Endpoints;
}

/** The access page. */
export function accessOf({ world }: Store, endpoints: Endpoints): Access {
  const { seed, projectId, region } = world.origin;
  return { projectId, region, ...credentialsOf(seed), endpoints };
}

/**
 * The pages `/_emulator/*`: the same on all listeners, without credentials, and not in the journal, for
 * they are no calls of the cloud. `journal?since=N` leaves out the lines up to number N.
 */
export function mountControl(app: FastifyInstance, store: Store, access: () => Access): void {
  const { world } = store;
  app.get('/_emulator/access', () => access());
  app.get('/_emulator/fleet', () => {
    const nowMs = Date.now();
    settle(store, nowMs);
    const targets = [...world.targets.values()].filter((target) => !target.parentOnly);
    return targets.map((target) => fleetRow(store, target, nowMs));
  });
  app.get<{ Querystring: { since?: string } }>('/_emulator/journal', ({ query }) => {
    settle(store, Date.now());
    return world.journal.slice(Number(query.since ?? 0) || 0);
  });
  app.get('/_emulator/faults', () => world.faults);
  app.put('/_emulator/faults', async (request, reply) => {
    const read = parse(request.body);
    if ('problems' in read) return reply.code(400).send({ problems: read.problems });
    commit(store, { entry: null, changes: [{ kind: 'faults', faults: read.faults }] });
    return reply.code(200).send(read.faults);
  });
}

function parse(body: unknown): ReturnType<typeof readFaults> {
  try {
    return readFaults(JSON.parse(Buffer.isBuffer(body) ? body.toString('utf8') : ''));
  } catch {
    return { problems: ['the body is not JSON'] };
  }
}

function fleetRow({ world }: Store, target: Target, nowMs: number) {
  const { family, instanceId, proxyId, version, latest, name, az, tags } = target;
  const rest = restStatus(target, nowMs);
  const isBusy = rest === normalStatusOf(family) && runningJob(world, target) !== undefined;
  return {
    family,
    instanceId,
    proxyId,
    version,
    latest,
    status: isBusy ? 'UPGRADING' : rest,
    upgradesStarted: target.upgradesStarted,
    upgradesCompleted: target.upgradesCompleted,
    name,
    az,
    tags,
    proxyVersion: target.proxyVersion,
    latestProxyVersion: target.latestProxyVersion,
  };
}
