import type { Inspection, UpgradeRequest } from '../rollout/upgrade';
import type { CloudApi } from './api';
import { pathOf } from './api';
import { isRefused } from './errors';
import type { CallOptions } from './family';
import { fromListing, pageQuery } from './listing';
import type { ReportWord } from './log';
import type { Key } from './snapshots';
import { byScope } from './snapshots';
import type { StatusWords } from './standing';
import { gone, standingOf } from './standing';
import type { InstanceRow } from './taurusdb-instance-answers';
import {
  DatabaseVersionAnswer,
  InstanceAnswer,
  InstancesAnswer,
  kernelsIn,
} from './taurusdb-instance-answers';
import { isAtLeast } from './versions';

/** Kernel version and status; what is offered as well, unless the wanted version is there. */
export type TaurusdbLook = (request: UpgradeRequest, options?: CallOptions) => Promise<Inspection>;

const INSTANCE_WORDS: StatusWords = {
  field: 'TaurusDB instance status',
  ready: ['ACTIVE', 'normal'],
  busy: [
    'BUILD',
    'MODIFYING',
    'REBOOTING',
    'RESTORING',
    'MODIFYING INSTANCE TYPE',
    'SWITCHOVER',
    'MIGRATING',
    'BACKING UP',
    'MODIFYING DATABASE PORT',
    'creating',
  ],
  bad: ['FAILED', 'FROZEN', 'STORAGE FULL', 'abnormal', 'createfail'],
  gone: ['DELETED', 'deleted'],
};

// The largest page that there is.
const PAGE = 100;

/**
 * Builds the look. The list of v3 is asked, whose status tells "busy": that of v3.1 and of
 * `instances/details` does not. It has the kernel's version, and not what is offered.
 */
export function createTaurusdbLook(api: CloudApi, report: ReportWord): TaurusdbLook {
  const call = { service: 'taurusdb', method: 'GET' } as const;
  const instances = byScope((scope) =>
    fromListing<Key, InstanceRow, InstanceRow>({
      pageSize: PAGE,
      rowsPerKey: 'one',
      async readPage(page, { together }) {
        const query = pageQuery(page, PAGE);
        const path = pathOf('v3', scope, 'instances');
        const doing = 'listing instances';
        const answer = await api.read(
          { ...call, scope, doing, path, query },
          InstancesAnswer,
          together,
        );
        return { rows: answer.instances, total: answer.total_count ?? null };
      },
      rowId: ({ id }) => id,
      keyId: ({ id }) => id,
      valueOf: ([row]) => row as InstanceRow,
      async readAlone({ id }, together) {
        const path = pathOf('v3', scope, 'instances', id);
        const doing = 'reading the instance';
        const { instance } = await api.read(
          { ...call, scope, doing, path },
          InstanceAnswer,
          together,
        );
        return { ...instance, id };
      },
    }),
  );
  return look;

  async function look(request: UpgradeRequest, options: CallOptions = {}): Promise<Inspection> {
    const { scope, target } = request;
    const { wanted } = options;
    try {
      // Both at once, unless the first may well be enough.
      const offered = wanted === undefined ? readOffered(request, options) : null;
      const [row, known] = await Promise.all([
        instances(scope, { id: target.instanceId }, options),
        offered,
      ]);
      const state = standingOf(INSTANCE_WORDS, row.status, report);
      if (state === 'gone') return gone(row.status);
      const seen = { state, status: row.status, ticket: null };
      const version = row.datastore?.kernel_version ?? '';
      if (wanted !== undefined && isAtLeast(version, wanted)) {
        return { ...seen, version, newestVersion: null, upgradable: null };
      }
      return { ...seen, ...(known ?? (await readOffered(request, options))) };
    } catch (error) {
      if (isRefused(error, 'notFound')) return gone(error.code ?? 'not found');
      throw error;
    }
  }

  async function readOffered({ scope, target }: UpgradeRequest, options: CallOptions) {
    const path = pathOf('v3', scope, 'instances', target.instanceId, 'database-version');
    const doing = 'reading the kernel version';
    return kernelsIn(
      await api.read({ ...call, scope, doing, path }, DatabaseVersionAnswer, options),
    );
  }
}
