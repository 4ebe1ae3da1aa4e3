import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { UpgradeRequest } from '../rollout/upgrade';
import type { CloudApi } from './api';
import { pathOf } from './api';
import { CloudUnavailableError, isRefused } from './errors';
import type { CallOptions, SubmitBasis } from './family';

/**
 * Pre-checks of kernel upgrades (CheckKernelUpgrade, ShowKernelUpgradeCheckResult).
 *
 * - new, so not in every region: 404 means that there is none, not that it failed
 * - the verdict is the text "true" or "false"
 * - its job cannot be followed: a result counts when its `updated_at` is another than before
 */
const StartAnswer = z.object({ job_ids: z.string().array().nullish() });

const ResultAnswer = z.object({
  upgrade_precheck_result: z.string().nullish(),
  updated_at: z.union([z.number(), z.string()]).nullish(),
  upgrade_precheck_detail: z
    .object({
      check_item: z.string().nullish(),
      check_description: z.string().nullish(),
      check_status: z.string().nullish(),
    })
    .array()
    .nullish(),
});
type Result = z.infer<typeof ResultAnswer>;

/** How often a verdict is asked for, and how long after one another; what tests set. */
export interface PreCheckPace {
  readonly looks: number;
  readonly everyMs: number;
}

// Half a minute, within the time of the activity that asks (workflows/queues.ts).
const PACE: PreCheckPace = { looks: 16, everyMs: 2_000 };

/** The family's pre-check: three calls, and one more for each time that the verdict is not there yet. */
export function createTaurusdbPreCheck(api: CloudApi, pace: PreCheckPace = PACE) {
  return async function preCheck(
    request: UpgradeRequest,
    { versionNow }: SubmitBasis,
    options?: CallOptions,
  ): Promise<string | null> {
    const { scope, target } = request;
    const path = pathOf('v3', scope, 'instances', 'database-version', 'upgrade', 'pre-check');
    const info = { current_version: versionNow, instance_id: target.instanceId };
    const call = {
      ...({ service: 'taurusdb', scope, method: 'POST' } as const),
      body: { databases_instance_infos: [info] },
    };

    // Whether a result is of this check cannot be told by our clock.
    const before = await readResult();
    try {
      await api.read({ ...call, doing: 'starting the pre-check', path }, StartAnswer, options);
    } catch (error) {
      if (isRefused(error) && error.status === 404) return null;
      throw error;
    }
    for (let looks = 1; looks <= pace.looks; looks += 1) {
      if (looks > 1) await sleep(pace.everyMs, undefined, { signal: options?.signal });
      const result = await readResult();
      const isOld = before !== null && result?.updated_at === before.updated_at;
      const verdict = result === null || isOld ? null : verdictOf(result);
      if (verdict !== null) return verdict.objection;
    }
    throw new CloudUnavailableError(`taurusdb, pre-check: no verdict at ${pace.looks} looks`);

    /** Null: no check of this instance has come to an end yet. */
    async function readResult(): Promise<Result | null> {
      const doing = 'reading the result of the pre-check';
      try {
        return await api.read({ ...call, doing, path: `${path}-result` }, ResultAnswer, options);
      } catch (error) {
        if (isRefused(error)) return null;
        throw error;
      }
    }
  };
}

/** Null: there is no verdict yet. */
function verdictOf({
  upgrade_precheck_result: result,
  upgrade_precheck_detail: detail,
}: Result): { readonly objection: string | null } | null {
  if (result === 'true') return { objection: null };
  if (result !== 'false') return null;
  const failed = (detail ?? []).filter(({ check_status: status }) => status === 'failed');
  const words = failed.map(({ check_item: item, check_description: about }) =>
    [item, about].filter(Boolean).join(': '),
  );
  return { objection: `pre-check failed: ${words.join('; ') || 'the cloud does not say why'}` };
}
