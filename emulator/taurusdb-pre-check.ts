import { readBody } from './body';
import { isReached } from './engine';
import { noSuchApi, Refusal } from './errors';
import type { Call, Outcome, Route } from './route';
import { ok } from './route';
import { findInstance, invalid, obstacle } from './taurusdb-common';
import { aboutBatch, readInfos } from './taurusdb-kernel-upgrade';
import type { Target } from './types';

const batchPath = '/v3/:project_id/instances/database-version/upgrade';

/**
 * CheckKernelUpgrade and ShowKernelUpgradeCheckResult (cloud-apis.md 2.2): new, so not in all regions.
 * Oddity: the verdict is the text "true" or "false". A pre-check changes nothing: its faults are a read's.
 */
export const taurusdbPreCheckRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: `${batchPath}/pre-check`,
    on: 'read',
    concern: aboutBatch,
    handle: startPreCheck,
  },
  {
    method: 'POST',
    path: `${batchPath}/pre-check-result`,
    on: 'read',
    concern: aboutBatch,
    handle: showPreCheck,
  },
];

function preCheckTargets(call: Call): readonly Target[] {
  if (call.world.settings.preCheck === 'false') {
    throw new Refusal(noSuchApi(call.requestId));
  }
  const fields = { databases_instance_infos: 'objects' } as const;
  const infos = readInfos(readBody(call.body, fields, invalid).databases_instance_infos);
  if (new Set(infos.map((info) => info.version)).size > 1) {
    throw new Refusal(invalid('All instances must be of the same source version.'));
  }
  return infos.map((info) => findInstance(call.world, info.id));
}

function startPreCheck(call: Call): Outcome {
  const targets = preCheckTargets(call);
  return ok({
    job_ids: targets.map((_, index) => `${call.requestId.slice(0, 28)}${1000 + index}`),
  });
}

function showPreCheck(call: Call): Outcome {
  const { world, nowMs } = call;
  const targets = preCheckTargets(call);
  const items = [
    ['Upgrade permission check', () => true],
    ['Instance version check', (target: Target) => !isReached(target, target.latest)],
    ['Resource check', (target: Target) => obstacle(world, target, nowMs) === undefined],
    ['Upgrade feature compatibility check', (target: Target) => !target.preCheckFails],
  ] as const;
  const detail = targets.flatMap((target) =>
    items.map(([item, passes]) => ({
      check_item: item,
      check_description: `${item} of ${target.name}`,
      check_object: target.instanceId,
      check_status: passes(target) ? 'passed' : 'failed',
    })),
  );
  return ok({
    upgrade_precheck_result: String(detail.every((line) => line.check_status === 'passed')),
    updated_at: nowMs,
    upgrade_precheck_detail: detail,
  });
}
