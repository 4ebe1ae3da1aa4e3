import { isReached } from './engine';
import { Refusal } from './errors';
import { normalStatusOf } from './fleet';
import { matching, page, tagRows, timeText, zonesOfNodes } from './lists';
import { hash } from './random';
import type { Call, Outcome, Route } from './route';
import { about, everybody, ok } from './route';
import {
  aboutInstance,
  aboutProxy,
  findInstance,
  findProxy,
  invalid,
  proxiesOf,
  taurusInstances,
} from './taurusdb-common';
import type { Target } from './types';
import { restStatus, runningJob } from './world';

/**
 * ListGaussMySqlInstances, ShowGaussMySqlInstanceInfo (v3 and v3.1), ShowInstanceDatabaseVersion,
 * ShowGaussMySqlProxyList, ShowProxyVersion (cloud-apis.md 1.3, 1.4, 2.5, 2.6).
 * Oddities: v3.1 has a coarse status that hides whether an instance is busy; the proxy list has no
 * version and no documented word for "upgrading"; a proxy's answers nest it under `proxy`.
 */
export const taurusdbInstanceRoutes: readonly Route[] = [
  ...(['v3', 'v3.1'] as const).flatMap((edition): readonly Route[] => [
    {
      method: 'GET',
      path: `/${edition}/:project_id/instances`,
      on: 'read',
      concern: ({ query }) => about('taurusdb-instance', query.id ? [query.id] : []),
      handle: (call) => listInstances(call, edition),
    },
    {
      method: 'GET',
      path: `/${edition}/:project_id/instances/:instance_id`,
      on: 'read',
      concern: aboutInstance,
      handle: (call) =>
        ok({
          instance: detail(call, findInstance(call.world, call.params.instance_id ?? ''), edition),
        }),
    },
  ]),
  {
    method: 'GET',
    path: '/v3.1/:project_id/instances/details',
    on: 'read',
    concern: () => everybody('taurusdb-instance'),
    handle: listDetails,
  },
  {
    method: 'GET',
    path: '/v3/:project_id/instances/:instance_id/database-version',
    on: 'read',
    concern: aboutInstance,
    handle: showVersion,
  },
  {
    method: 'GET',
    path: '/v3/:project_id/instances/:instance_id/proxies',
    on: 'read',
    concern: aboutProxy,
    handle: listProxies,
  },
  {
    method: 'GET',
    path: '/v3/:project_id/instances/:instance_id/proxy/:proxy_id/:engine_name/proxy-version',
    on: 'read',
    concern: aboutProxy,
    handle: showProxyVersion,
  },
];

type Edition = 'v3' | 'v3.1';

function listInstances(call: Call, edition: Edition): Outcome {
  const { world, query } = call;
  const rows = matching(taurusInstances(world), query);
  const shown = page(rows, query, { max: 100, limit: 100 }, invalid);
  return ok({
    instances: shown.map((target) => ({
      ...summary(call, target, edition),
      region: world.origin.region,
    })),
    total_count: rows.length,
  });
}

function listDetails(call: Call): Outcome {
  const ids = (call.query.instance_ids ?? '').split(',').filter((id) => id !== '');
  if (ids.length === 0 || ids.length > 20) {
    throw new Refusal(invalid('instance_ids must name 1 to 20 instances.'));
  }
  const targets = ids.map((id) => findInstance(call.world, id));
  return ok({ instances: targets.map((target) => detail(call, target, 'v3.1')) });
}

function summary({ world, nowMs }: Call, target: Target, edition: Edition) {
  return {
    id: target.instanceId,
    name: target.name,
    status: statusOf(world, target, { nowMs, edition }),
    type: 'Cluster',
    port: '3306',
    datastore: { type: 'gaussdb-mysql', version: '8.0', kernel_version: target.version },
    created: timeText(target.createdAt),
    updated: timeText(target.createdAt),
    vpc_id: hash(world.origin.seed, 'vpc').slice(0, 32),
    subnet_id: hash(world.origin.seed, 'subnet').slice(0, 32),
    time_zone: 'UTC+08:00',
    tags: tagRows(target),
  };
}

function detail(call: Call, target: Target, edition: Edition) {
  const { world } = call;
  const base = summary(call, target, edition);
  const zones = zonesOfNodes(target, 2);
  const nodes = (['master', 'slave'] as const).map((type, index) => ({
    id: `${hash(target.instanceId, 'node', index).slice(0, 32)}no07`,
    name: `${target.name}_node${index}`,
    type,
    status: base.status,
    need_restart: false,
    az_code: zones[index],
    priority: 1,
  }));
  return {
    ...base,
    project_id: world.origin.projectId,
    maintenance_window: target.maintenanceWindow ?? '02:00-06:00',
    master_az_code: zones[0],
    az_mode: new Set(zones).size > 1 ? 'multi' : 'single',
    node_count: nodes.length,
    nodes,
    proxies: proxiesOf(world, target.instanceId).map((proxy) => ({
      pool_id: proxy.proxyId,
      name: proxy.name,
      address: '192.168.0.10',
    })),
  };
}

function statusOf(
  world: Call['world'],
  target: Target,
  { nowMs, edition }: { readonly nowMs: number; readonly edition: Edition },
): string {
  const rest = restStatus(target, nowMs);
  if (edition === 'v3.1') return coarse[rest] ?? 'normal';
  const isIdle = rest === normalStatusOf(target.family);
  return isIdle && runningJob(world, target) !== undefined
    ? world.settings.instanceBusyStatus
    : rest;
}

const coarse: Readonly<Record<string, string>> = {
  BUILD: 'creating',
  FAILED: 'abnormal',
  FROZEN: 'abnormal',
  'STORAGE FULL': 'abnormal',
};

function showVersion({ world, params }: Call): Outcome {
  const target = findInstance(world, params.instance_id ?? '');
  return ok({
    upgrade_flag: !isReached(target, target.latest),
    datastore: {
      current_version: '8.0',
      current_kernel_version: target.version,
      latest_version: '8.0',
      latest_kernel_version: target.latest,
    },
  });
}

function listProxies({ world, params, query, nowMs }: Call): Outcome {
  const instance = findInstance(world, params.instance_id ?? '');
  const rows = proxiesOf(world, instance.instanceId);
  const shown = page(rows, query, { max: 100, limit: 100 }, invalid);
  return ok({
    proxy_list: shown.map((proxy) => {
      const rest = restStatus(proxy, nowMs);
      const isBusy = rest === 'ACTIVE' && runningJob(world, proxy) !== undefined;
      const isBad = ['FAILED', 'ABNORMAL', 'DELETED'].includes(rest);
      return {
        proxy: {
          pool_id: proxy.proxyId,
          name: proxy.name,
          status: isBusy ? world.settings.proxyBusyStatus : rest,
          pool_status: isBad ? rest : 'ACTIVE',
          address: '192.168.0.10',
          port: 3306,
          elb_vip: '',
          eip: '',
          mode: 'readwrite',
          type: 'readwrite',
          node_num: 2,
          flavor_ref: 'gaussdb.proxy.large.x86.2',
          subnet_id: hash(world.origin.seed, 'subnet').slice(0, 32),
          nodes: (['master', 'slave'] as const).map((role, index) => ({
            id: `${hash(proxy.proxyId ?? '', index).slice(0, 32)}pn01`,
            name: `${proxy.name}_node${index}`,
            role,
            az_code: zonesOfNodes(proxy, 2)[index],
            status: isBad ? rest : 'ACTIVE',
            frozen_flag: 0,
          })),
        },
        master_node: {
          id: `${hash(instance.instanceId, 'node', 0).slice(0, 32)}no07`,
          weight: 100,
        },
        readonly_nodes: [],
        htap_nodes: [],
      };
    }),
  });
}

function showProxyVersion(call: Call): Outcome {
  const proxy = findProxy(call);
  if (call.params.engine_name !== 'taurusproxy') throw new Refusal(invalid('Invalid engine_name.'));
  const canUpgrade = !isReached(proxy, proxy.latest);
  return ok({
    current_version: proxy.version,
    latest_version: proxy.latest,
    can_upgrade: canUpgrade,
    ...(canUpgrade ? { risk: proxyRisk } : {}),
  });
}

// Unit and form of the two estimates are not documented (open point 9).
const proxyRisk = {
  level: 1,
  suggest: 'Upgrade to the latest version.',
  influence: 'Connections are interrupted intermittently.',
  guidance: 'Upgrade during off-peak hours.',
  service_impact_duration: '30s',
  upgrade_duration: '10min',
};
