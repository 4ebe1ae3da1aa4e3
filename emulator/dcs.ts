import { readBody } from './body';
import {
  aboutInstance,
  dcsInstances,
  findInstance,
  invalid,
  invalidBody,
  obstacle,
} from './dcs-common';
import { dcsTaskRoutes } from './dcs-tasks';
import { startUpgrade } from './engine';
import { Refusal, serviceError } from './errors';
import { normalStatusOf } from './fleet';
import { page, tagRows, zonesOfNodes } from './lists';
import { hash } from './random';
import type { Call, Outcome, Route } from './route';
import { about, ok } from './route';
import type { Target } from './types';
import { compareVersions, isVersion } from './versions';
import { restStatus, runningJob } from './world';

/**
 * UpgradeInstanceMinorVersion, ShowInstanceVersion, ListInstances, ShowInstance (cloud-apis.md 4).
 * Oddities: both fields of the upgrade are optional and no page says what an empty body does; conflicts
 * are 400 and not 409; no status means "upgrading"; error bodies have a third field that is always null.
 */
export const dcsRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/v2/:project_id/instances/:instance_id/minor-version/upgrade',
    on: 'submit',
    concern: aboutInstance,
    handle: upgrade,
  },
  {
    method: 'GET',
    path: '/v2/:project_id/instances/:instance_id/version',
    on: 'read',
    concern: aboutInstance,
    handle: showVersion,
  },
  {
    method: 'GET',
    path: '/v2/:project_id/instances/:instance_id',
    on: 'read',
    concern: aboutInstance,
    handle: (call) => {
      const target = findInstance(call);
      const cacheMode = target.proxyVersion === null ? 'ha' : 'proxy';
      return ok({ ...describe(call, target), cache_mode: cacheMode });
    },
  },
  {
    method: 'GET',
    path: '/v2/:project_id/instances',
    on: 'read',
    concern: ({ query }) => about('dcs-instance', query.instance_id ? [query.instance_id] : []),
    handle: listInstances,
  },
  ...dcsTaskRoutes,
];

function upgrade(call: Call): Outcome {
  const { world, nowMs } = call;
  const target = findInstance(call);
  const fields = { engine_minor_version: 'string?', proxy_minor_version: 'string?' } as const;
  const body = readBody(call.body, fields, invalidBody);
  const isEmpty = body.engine_minor_version === undefined && body.proxy_minor_version === undefined;
  if (isEmpty && world.settings.dcsEmptyBody === 'refuse') {
    throw new Refusal(invalid('engine_minor_version'));
  }
  const engine = goalOf(call, 'engine_minor_version', {
    asked: isEmpty ? 'latest' : body.engine_minor_version,
    current: target.version,
    latest: target.latest,
  });
  const proxy = goalOf(call, 'proxy_minor_version', {
    asked: body.proxy_minor_version,
    current: target.proxyVersion,
    latest: target.latestProxyVersion,
  });
  // First what goes on: a client that lost the answer learns that the upgrade runs.
  const blocked = obstacle(world, target, nowMs);
  if (blocked !== undefined) throw new Refusal(blocked);
  if (engine === null && proxy === null) {
    const words = 'The target version is the same as the current version.';
    throw new Refusal(serviceError('dcs', 400, 'DCS.4053', words));
  }
  const asked = {
    target,
    toVersion: engine ?? target.version,
    toProxyVersion: proxy,
    plainId: true,
  };
  const started = startUpgrade(world, asked, nowMs);
  const answered = ok({ task_id: started.job.publicId });
  return { ...answered, changes: started.changes, effects: [started.effect] };
}

/** Where one of the two versions is to go; null: it stays. */
function goalOf(
  { world }: Call,
  field: string,
  versions: {
    readonly asked: string | undefined;
    readonly current: string | null;
    readonly latest: string | null;
  },
): string | null {
  const { asked, current, latest } = versions;
  if (asked === undefined) return null;
  // Only proxy clusters and read/write splitting have proxy nodes.
  if (current === null || latest === null) throw new Refusal(invalid(field));
  if (asked !== 'latest' && !isVersion(asked)) throw new Refusal(invalid(field));
  const isChosen = asked !== 'latest' && asked !== latest;
  if (isChosen && world.settings.dcsChosenVersion === 'refused') throw new Refusal(invalid(field));
  if (isChosen && compareVersions(asked, latest) > 0) throw new Refusal(invalid(field));
  const goal = isChosen && world.settings.dcsChosenVersion === 'honoured' ? asked : latest;
  return compareVersions(goal, current) > 0 ? goal : null;
}

function showVersion(call: Call): Outcome {
  const target = findInstance(call);
  const { proxyVersion, latestProxyVersion } = target;
  const isNewer = (version: string | null, latest: string | null): boolean =>
    version !== null && latest !== null && compareVersions(latest, version) > 0;
  return ok({
    engine_minor_version: target.version,
    latest_engine_minor_version: target.latest,
    engine_minor_version_upgradable: isNewer(target.version, target.latest),
    proxy_minor_version: proxyVersion ?? '',
    latest_proxy_minor_version: latestProxyVersion ?? '',
    proxy_minor_version_upgradable: isNewer(proxyVersion, latestProxyVersion),
  });
}

function listInstances(call: Call): Outcome {
  const { world, query, nowMs } = call;
  const wanted = (query.tags ?? '').split(',').filter((pair) => pair !== '');
  const rows = dcsInstances(world).filter(
    (target) =>
      (query.instance_id === undefined || query.instance_id === target.instanceId) &&
      (query.name === undefined || isNamed(target, query)) &&
      (query.status === undefined || query.status === statusOf(call, target, nowMs)) &&
      wanted.every((pair) => target.tags[pair.split('=')[0] ?? ''] === pair.split('=')[1]),
  );
  const shown = page(rows, query, { max: 1000, limit: 10 }, invalidBody);
  return ok({
    instance_num: rows.length,
    instances: shown.map((target) => describe(call, target)),
  });
}

function isNamed(target: Target, query: Call['query']): boolean {
  const name = query.name ?? '';
  return query.name_equal === 'true' ? target.name === name : target.name.includes(name);
}

function statusOf({ world }: Call, target: Target, nowMs: number): string {
  const rest = restStatus(target, nowMs);
  const isIdle = rest === normalStatusOf(target.family);
  return isIdle && runningJob(world, target) !== undefined ? world.settings.dcsBusyStatus : rest;
}

function describe(call: Call, target: Target) {
  const { world, nowMs } = call;
  const { settings, origin } = world;
  const job = runningJob(world, target);
  const isFlagged = job !== undefined && settings.dcsServiceUpgradeFlag === 'true';
  const isShown = job !== undefined && settings.dcsTaskField !== 'none';
  const [begin, end] = (target.maintenanceWindow ?? '18:00-22:00').split('-');
  return {
    instance_id: target.instanceId,
    name: target.name,
    status: statusOf(call, target, nowMs),
    sub_status: 'normal',
    engine: 'Redis',
    engine_version: '5.0',
    spec_code: target.proxyVersion === null ? 'redis.ha.xu1.large.r2.2' : 'redis.proxy.xu1.large.4',
    capacity: 4,
    max_memory: 4096,
    used_memory: 16,
    ip: '192.168.0.20',
    port: 6379,
    az_codes: [...new Set(zonesOfNodes(target, 2))],
    vpc_id: hash(origin.seed, 'vpc').slice(0, 32),
    subnet_id: hash(origin.seed, 'subnet').slice(0, 32),
    maintain_begin: `${begin}:00`,
    maintain_end: `${end}:00`,
    charging_mode: 0,
    created_at: target.createdAt,
    service_upgrade: isFlagged,
    service_task_id: isFlagged ? job.publicId : '',
    ...(isShown ? { task: settings.dcsTaskField } : {}),
    tags: tagRows(target),
  };
}
