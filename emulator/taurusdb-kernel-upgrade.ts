import { looseIds, readBody } from './body';
import type { Started } from './engine';
import { isReached, startUpgrade } from './engine';
import { Refusal } from './errors';
import type { Concern } from './faults';
import type { Call, Outcome, Route } from './route';
import { about, ok } from './route';
import { durationMs } from './settings';
import { aboutInstance, badVersion, findInstance, invalid, obstacle } from './taurusdb-common';
import type { Target } from './types';
import { compareVersions } from './versions';

/**
 * Upgrading Minor Versions of Instances in Batches (BatchUpgradeDatabases, cloud-apis.md 2.1) and
 * UpgradeGaussMySqlInstanceDatabase. Oddities: the batch answers no id at all and takes no version;
 * `delay` is documented as a string and shown as a boolean, in the single call it is a boolean.
 */
export const taurusdbKernelUpgradeRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/v3/:project_id/instances/database-version/upgrade',
    on: 'submit',
    concern: aboutBatch,
    handle: upgradeBatch,
  },
  {
    method: 'POST',
    path: '/v3/:project_id/instances/:instance_id/db-upgrade',
    on: 'submit',
    concern: aboutInstance,
    handle: upgradeOne,
  },
];

function upgradeBatch(call: Call): Outcome {
  const { world, nowMs } = call;
  const fields = { databases_instance_infos: 'objects', delay: 'any' } as const;
  const { databases_instance_infos: infos, delay } = readBody(call.body, fields, invalid);
  const isDelayed = readDelay(delay, world.settings.delayFormat);
  const checked = readInfos(infos).map((info) => check(call, info));
  const refused = checked.find((one) => 'refusal' in one);
  if (refused !== undefined && 'refusal' in refused && world.settings.batchPartial === 'refuse') {
    throw refused.refusal;
  }
  const targets = checked.flatMap((one) => ('target' in one ? [one.target] : []));
  const started = targets.map((target) =>
    startKernelUpgrade(call, {
      target,
      delayed: isDelayed,
      listed: world.settings.batchJobs === 'perInstance',
      nowMs,
    }),
  );
  return {
    ...ok({ resp: 'success' }),
    changes: started.flatMap((one) => one.changes),
    effects: started.map((one) => one.effect),
  };
}

function upgradeOne(call: Call): Outcome {
  const { world, nowMs } = call;
  const target = findInstance(world, call.params.instance_id ?? '');
  const { delay = false } = readBody(call.body, { delay: 'boolean?' }, invalid);
  assertUpgradable(call, target);
  const started = startKernelUpgrade(call, { target, delayed: delay, listed: true, nowMs });
  const answered = ok({ job_id: started.job.publicId });
  return { ...answered, changes: started.changes, effects: [started.effect] };
}

function startKernelUpgrade(
  { world }: Call,
  upgrade: {
    readonly target: Target;
    readonly delayed: boolean;
    readonly listed: boolean;
    readonly nowMs: number;
  },
): Started {
  const { target, delayed, listed, nowMs } = upgrade;
  const startsAtMs = nowMs + durationMs(world.settings, 'maintenanceDelay');
  const later = { startsAtMs, scheduled: true, plainId: true };
  const asked = { target, toVersion: nextKernel(target), listed, ...(delayed ? later : {}) };
  return startUpgrade(world, asked, nowMs);
}

/** The kernel that an upgrade goes to: the latest, or the stop that must come before it (2.5). */
function nextKernel(target: Target): string {
  const stops = [...target.via].sort(compareVersions);
  return stops.find((stop) => compareVersions(stop, target.version) > 0) ?? target.latest;
}

function check(
  call: Call,
  { id, version }: { readonly id: string; readonly version: string },
): { readonly target: Target } | { readonly refusal: Refusal } {
  try {
    const target = findInstance(call.world, id);
    if (call.world.settings.checkCurrentVersion === 'true' && version !== target.version) {
      throw badVersion('current_version is not the current version.');
    }
    assertUpgradable(call, target);
    return { target };
  } catch (refusal) {
    if (refusal instanceof Refusal) return { refusal };
    throw refusal;
  }
}

function assertUpgradable({ world, nowMs }: Call, target: Target): void {
  if (isReached(target, target.latest)) {
    throw new Refusal(invalid('There is no version to upgrade to.'));
  }
  const blocked = obstacle(world, target, nowMs);
  if (blocked !== undefined) throw new Refusal(blocked);
}

function readDelay(delay: unknown, format: string): boolean {
  const isText = delay === 'true' || delay === 'false';
  const isFlag = typeof delay === 'boolean';
  if ((isText && format !== 'boolean') || (isFlag && format !== 'string')) {
    return delay === 'true' || delay === true;
  }
  throw new Refusal(invalid('Invalid field "delay".'));
}

/** The batch calls' rows, 1 to 100 and each instance once. */
export function readInfos(
  infos: readonly Readonly<Record<string, unknown>>[],
): readonly { readonly id: string; readonly version: string }[] {
  // The limit is the pre-check page's; the upgrade's own page states none.
  if (infos.length === 0 || infos.length > 100) {
    throw new Refusal(invalid('databases_instance_infos must have 1 to 100 entries.'));
  }
  const fields = { current_version: 'string', instance_id: 'string' } as const;
  const read = infos.map((info) => readBody(info, fields, invalid));
  if (new Set(read.map((info) => info.instance_id)).size < read.length) {
    throw new Refusal(invalid('An instance is named twice.'));
  }
  return read.map((info) => ({ id: info.instance_id, version: info.current_version }));
}

/** A call about the instances of its rows. */
export function aboutBatch({ body }: Call): Concern {
  return about('taurusdb-instance', looseIds(body, 'databases_instance_infos', 'instance_id'));
}
