import type { CloudScope } from '../rollout/upgrade';
import type { CloudApi } from './api';
import { pathOf } from './api';
import { isUnavailable } from './errors';
import type { CallOptions } from './family';
import type { CandidatesAnswer as Candidates } from './gaussdb-hotfix-answers';
import { CandidatesAnswer } from './gaussdb-hotfix-answers';
import { eachAlone, isOfListAlone } from './listing';
import type { Key, Load, Together } from './snapshots';
import { byScope } from './snapshots';

/** What instances are offered; keys are their ids. */
export interface GaussdbCandidates {
  /** What it is offered, or what all have in common for whom it is asked at the same instant. */
  common(scope: CloudScope, key: Key, options?: CallOptions): Promise<Offered>;
  /** All that it is offered. */
  all(scope: CloudScope, key: Key, options?: CallOptions): Promise<Offered>;
}

/** Patches that an instance is offered. */
export interface Offered {
  readonly patches: readonly string[];
  /** False: there may be more; these are what it has in common with others. */
  readonly isAll: boolean;
}

// The user guide's figure for a batch; the page states none.
const AT_ONCE = 30;

/**
 * ShowUpgradeCandidateVersions (gaussdb_api_286), and for several instances together
 * BatchShowUpgradeCandidateVersions (329), which tells what all of them have in common.
 */
export function createGaussdbCandidates(api: CloudApi): GaussdbCandidates {
  return { common: byScope(loadOf), all };

  function loadOf(scope: CloudScope): Load<Key, Offered> {
    return async ({ keys }, together) => {
      const patches = await readCommon(scope, keys, together);
      const asked = new Set(keys.map(({ id }) => id));
      if (patches !== null) {
        return ({ id }) => (asked.has(id) ? { patches, isAll: false } : undefined);
      }
      const alone = await eachAlone(keys, (key) => all(scope, key, together));
      return ({ id }) => alone.get(id);
    };
  }

  async function readCommon(
    scope: CloudScope,
    keys: readonly Key[],
    together: Together,
  ): Promise<readonly string[] | null> {
    if (keys.length < 2 || keys.length > AT_ONCE) return null;
    const path = pathOf('v3.1', scope, 'instances', 'db-upgrade', 'candidate-versions');
    const body = { instance_ids: keys.map(({ id }) => id) };
    const doing = 'reading common candidate versions';
    const call = { service: 'gaussdb', scope, doing, method: 'POST', path, body } as const;
    try {
      return offeredBy(await api.read(call, CandidatesAnswer, together));
    } catch (error) {
      // One sick instance may be why the batch of all has no answer. Calls to a service that is away
      // are stopped by the gate.
      if (isOfListAlone(error) || isUnavailable(error)) return null;
      throw error;
    }
  }

  async function all(scope: CloudScope, { id }: Key, options?: CallOptions): Promise<Offered> {
    const path = pathOf('v3.1', scope, 'instances', id, 'db-upgrade', 'candidate-versions');
    const doing = 'reading the candidate versions';
    const call = { service: 'gaussdb', scope, doing, method: 'GET', path } as const;
    const patches = offeredBy(await api.read(call, CandidatesAnswer, options));
    return { patches, isAll: true };
  }
}

/** The hot patches that can be installed now. */
export function offeredBy(candidates: Candidates): readonly string[] {
  const hotfix = candidates.upgrade_type_list?.find((type) => type.upgrade_type === 'hotfix');
  if (hotfix?.enable === false) return [];
  return [
    ...(candidates.hotfix_upgrade_candidate_versions ?? []),
    ...(candidates.hotfix_upgrade_infos ?? []).map(({ version }) => version),
  ];
}
