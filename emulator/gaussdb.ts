import { looseIds, readBody } from './body';
import { Refusal } from './errors';
import { normalStatusOf } from './fleet';
import { findInstance, gaussInstances, invalid } from './gaussdb-common';
import { gaussdbJobRoutes } from './gaussdb-jobs';
import { gaussdbTaskRoutes } from './gaussdb-tasks';
import { matching, page, tagRows, timeText, zonesOfNodes } from './lists';
import { hash } from './random';
import type { Call, Outcome, Route } from './route';
import { about, ok } from './route';
import type { Target } from './types';
import { patches } from './versions';
import { jobsOn, restStatus, runningJob } from './world';

/**
 * ListDatabaseInstances (v3.3 is the recommended edition, gaussdb_api_328), candidate versions for one
 * and for several instances (286, 329). Oddities: the misspelt `descripition` is the API's own; the
 * editions before v3.2 give the hot patches as one string; `tags` may be there once per tag.
 */
export const gaussdbRoutes: readonly Route[] = [
  ...gaussdbTaskRoutes,
  ...gaussdbJobRoutes,
  ...['v3', 'v3.1', 'v3.2', 'v3.3'].map((edition): Route => ({
    method: 'GET',
    path: `/${edition}/:project_id/instances`,
    on: 'read',
    concern: ({ query }) => about('gaussdb-hotfix', query.id ? [query.id] : []),
    handle: (call) => listInstances(call, edition),
  })),
  {
    method: 'GET',
    path: '/v3.1/:project_id/instances/:instance_id/db-upgrade/candidate-versions',
    on: 'read',
    concern: ({ params }) => about('gaussdb-hotfix', [params.instance_id ?? '*']),
    handle: showCandidates,
  },
  {
    method: 'GET',
    path: '/v3/:project_id/instances/:instance_id/volume-usage',
    on: 'read',
    concern: ({ params }) => about('gaussdb-hotfix', [params.instance_id ?? '*']),
    handle: showVolume,
  },
  {
    method: 'POST',
    path: '/v3.1/:project_id/instances/db-upgrade/candidate-versions',
    on: 'read',
    concern: ({ body }) => about('gaussdb-hotfix', looseIds(body, 'instance_ids')),
    handle: showCommonCandidates,
  },
];

function listInstances(call: Call, edition: string): Outcome {
  const { world, query } = call;
  const rows = matching(gaussInstances(world), query);
  const shown = page(rows, query, { max: 100, limit: 100 }, invalid);
  return ok({
    instances: shown.map((target) => describe(call, target, edition)),
    total_count: rows.length,
  });
}

function describe({ world, nowMs }: Call, target: Target, edition: string) {
  const { seed, region } = world.origin;
  const rest = restStatus(target, nowMs);
  const isBusy = rest === normalStatusOf(target.family) && runningJob(world, target) !== undefined;
  const status = isBusy ? 'UPGRADING' : rest;
  const installed = patches(target.version);
  return {
    id: target.instanceId,
    name: target.name,
    status,
    type: 'Centralization_standard',
    port: 8000,
    region,
    datastore: {
      type: 'GaussDB',
      version: 'V2.0-3.208',
      complete_version: 'V2.0-3.208.0',
      target_version: null,
      ...(edition === 'v3.2' || edition === 'v3.3'
        ? {
            complete_kernel_version: 'V500R002C10SPC610',
            hotfix_version_infos: installed.map((version) => ({
              version,
              upgrade_finished_time: finishedAt(world, target, version),
            })),
          }
        : { hotfix_versions: target.version }),
    },
    nodes: (['master', 'slave'] as const).map((role, index) => ({
      id: `${hash(target.instanceId, 'node', index).slice(0, 32)}no14`,
      name: `${target.name}_node${index}`,
      role,
      status: status === 'ACTIVE' || isBusy ? 'ACTIVE' : status,
      availability_zone: zonesOfNodes(target, 2)[index],
      component_names: 'dn_6001',
    })),
    maintenance_window: target.maintenanceWindow ?? '18:00-22:00',
    created: timeText(target.createdAt),
    updated: timeText(target.createdAt),
    vpc_id: hash(seed, 'vpc').slice(0, 32),
    subnet_id: hash(seed, 'subnet').slice(0, 32),
    charge_info: { charge_mode: 'postPaid' },
    tags: tagRows(target),
  };
}

function finishedAt(world: Call['world'], target: Target, patch: string): string {
  const job = jobsOn(world, target.instanceId).find(
    (done) =>
      done.status === 'Completed' &&
      done.fault !== 'liar' &&
      patches(done.toVersion).includes(patch),
  );
  return timeText(job?.endedAt ?? target.createdAt);
}

function showCandidates({ world, params }: Call): Outcome {
  const target = findInstance(world, params.instance_id ?? '');
  const open = candidates(target);
  const installed = [...patches(target.version)].reverse();
  return ok({
    upgrade_type_list: upgradeTypes(open.length > 0),
    rollback_enabled: installed.length > 0,
    source_version: 'V2.0-3.208.0',
    target_version: null,
    roll_upgrade_progress: null,
    upgrade_candidate_versions: [],
    hotfix_upgrade_candidate_versions: open,
    hotfix_rollback_candidate_versions: installed,
    hotfix_upgrade_infos: open.map(patchInfo),
    hotfix_rollback_infos: installed.map(patchInfo),
  });
}

/** ShowInstanceDisk (gaussdb_api_124). One whose pre-check fails has no room for a patch. */
function showVolume({ world, params }: Call): Outcome {
  const { preCheckFails } = findInstance(world, params.instance_id ?? '');
  return ok({ used: preCheckFails ? '148.0' : '15.0', total: '185.0' });
}

function showCommonCandidates({ world, body }: Call): Outcome {
  const { instance_ids: ids } = readBody(body, { instance_ids: 'strings' }, invalid);
  if (ids.length === 0) throw new Refusal(invalid('instance_ids is empty.'));
  const targets = ids.map((id) => findInstance(world, id));
  const common = (lists: readonly (readonly string[])[]): readonly string[] =>
    (lists[0] ?? []).filter((patch) => lists.every((list) => list.includes(patch)));
  const open = common(targets.map(candidates));
  const installed = common(targets.map((target) => patches(target.version)));
  return ok({
    upgrade_type_list: upgradeTypes(open.length > 0),
    target_version: null,
    upgrade_candidate_versions: [],
    hotfix_upgrade_infos: open.map(patchInfo),
    hotfix_rollback_infos: [...installed].reverse().map(patchInfo),
  });
}

function candidates(target: Target): readonly string[] {
  const installed = patches(target.version);
  return patches(target.latest).filter((patch) => !installed.includes(patch));
}

function upgradeTypes(hotfix: boolean) {
  const action = (upgrade_action: string, enable: boolean) => ({ upgrade_action, enable });
  return [
    {
      upgrade_type: 'hotfix',
      enable: hotfix,
      upgrade_action_list: [action('upgradeAutoCommit', hotfix), action('rollback', false)],
      is_parallel_upgrade: null,
    },
    { upgrade_type: 'grey', enable: false, upgrade_action_list: [], is_parallel_upgrade: null },
    { upgrade_type: 'inplace', enable: false, upgrade_action_list: [], is_parallel_upgrade: null },
  ];
}

function patchInfo(version: string) {
  return {
    version,
    common_patch: 'common',
    backup_sensitive: false,
    descripition: `Patch ${version}`,
  };
}
