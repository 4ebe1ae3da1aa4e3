import type { CacheUpgrade, Inspection, UpgradeRequest } from '../rollout/upgrade';
import type { CloudApi } from './api';
import { pathOf } from './api';
import type { InstanceAnswer as Instance, VersionAnswer as Versions } from './dcs-instance-answers';
import { VersionAnswer } from './dcs-instance-answers';
import type { DcsLists } from './dcs-instance-lists';
import { isRefused } from './errors';
import type { CallOptions } from './family';
import type { ReportWord } from './log';
import { upgradeOf } from './request';
import type { StatusWords } from './standing';
import { gone, standingOf } from './standing';

/** What one look at an instance shows, before any list of tasks. */
export interface Look {
  readonly seen: Inspection;
  /** The task that the instance itself names as its upgrade. */
  readonly serviceTaskId: string | null;
}

/** The look that the cache family begins with; its tasks are in `dcs-instance-lists.ts`. */
export type DcsLook = (request: UpgradeRequest, options?: CallOptions) => Promise<Look>;

const INSTANCE_WORDS: StatusWords = {
  field: 'DCS instance status',
  ready: ['RUNNING'],
  busy: ['CREATING', 'RESTARTING', 'EXTENDING', 'RESTORING', 'FLUSHING', 'UPGRADING'],
  bad: ['CREATEFAILED', 'ERROR', 'FROZEN'],
  gone: ['DELETED'],
};

/**
 * Builds the look: the version, which no list has, of each alone; the standing from the list.
 */
export function createDcsLook(api: CloudApi, lists: DcsLists, report: ReportWord): DcsLook {
  return look;

  async function look(request: UpgradeRequest, options?: CallOptions): Promise<Look> {
    const { scope, target } = request;
    const path = pathOf('v2', scope, 'instances', target.instanceId, 'version');
    const doing = 'reading the versions';
    try {
      const [instance, versions] = await Promise.all([
        lists.instance(scope, { id: target.instanceId }, options),
        api.read({ service: 'dcs', scope, doing, method: 'GET', path }, VersionAnswer, options),
      ]);
      const upgrade = upgradeOf(request, 'dcs-instance');
      const serviceTaskId = (instance.service_upgrade && instance.service_task_id) || null;
      return { seen: describe(upgrade, instance, versions), serviceTaskId };
    } catch (error) {
      if (!isRefused(error, 'notFound')) throw error;
      return { seen: gone(error.code ?? 'not found'), serviceTaskId: null };
    }
  }

  function describe(upgrade: CacheUpgrade, instance: Instance, versions: Versions): Inspection {
    const standing = standingOf(INSTANCE_WORDS, instance.status, report);
    if (standing === 'gone') return gone(instance.status);
    const isWorking = standing === 'ready' && Boolean(instance.task);
    const isUpgrading = instance.service_upgrade === true && standing !== 'bad';
    const state = isWorking ? 'busy' : standing;
    return {
      ...versionsOf(upgrade, versions),
      state: isUpgrading ? 'upgrading' : state,
      status: isWorking ? `${instance.status} ${instance.task}` : instance.status,
      ticket: null,
    };
  }
}

/** The components that the upgrade names, joined as `Inspection.version` says. */
export function versionsOf(
  upgrade: CacheUpgrade,
  versions: Versions,
): Pick<Inspection, 'version' | 'newestVersion' | 'upgradable'> {
  const named = [
    ...(upgrade.engineMinorVersion === null
      ? []
      : [
          {
            now: versions.engine_minor_version,
            newest: versions.latest_engine_minor_version,
            upgradable: versions.engine_minor_version_upgradable,
          },
        ]),
    ...(upgrade.proxyMinorVersion === null
      ? []
      : [
          {
            now: versions.proxy_minor_version,
            newest: versions.latest_proxy_minor_version,
            upgradable: versions.proxy_minor_version_upgradable,
          },
        ]),
  ];
  const isSaid = named.some(({ upgradable }) => typeof upgradable === 'boolean');
  return {
    version: named.map(({ now }) => now ?? '').join('/'),
    newestVersion: named.every(({ newest }) => newest)
      ? named.map(({ newest }) => newest).join('/')
      : null,
    upgradable: isSaid ? named.some(({ upgradable }) => upgradable === true) : null,
  };
}
