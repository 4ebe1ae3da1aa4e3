import { z } from 'zod';
import type { UpgradeRequest } from '../rollout/upgrade';
import type { CloudApi, CloudCall } from './api';
import { pathOf } from './api';
import { isRefused } from './errors';
import type { CallOptions, SubmitBasis } from './family';
import { CandidatesAnswer } from './gaussdb-hotfix-answers';
import { offeredBy } from './gaussdb-candidates';
import { patchesOf } from './patches';

/** ShowInstanceDisk (gaussdb_api_124): gigabytes, as texts. */
const VolumeAnswer = z.object({
  used: z.union([z.string(), z.number()]).nullish(),
  total: z.union([z.string(), z.number()]).nullish(),
});

/**
 * What the hot patch page (gaussdb_01_188) asks for: disk usage at most the read-only threshold minus
 * ten points. No call tells the threshold, which is 85 % unless `cms:datastorage_threshold_value_check`
 * was changed. Known gap: the usage is that of the whole instance, and one DN may be fuller.
 */
const MOST_DISK_PERCENT = 75;

/** The family's pre-check: the patches are offered, and the disk has room for them. Two calls. */
export function createGaussdbPreCheck(api: CloudApi) {
  return async function preCheck(
    request: UpgradeRequest,
    { versionNow, wanted }: SubmitBasis,
    options?: CallOptions,
  ): Promise<string | null> {
    const { scope, target } = request;
    const call = { service: 'gaussdb', scope, method: 'GET' } as const;
    const instance = (edition: string) => pathOf(edition, scope, 'instances', target.instanceId);
    const [candidates, volume] = await Promise.all([
      read(
        {
          ...call,
          doing: 'reading the candidate versions',
          path: `${instance('v3.1')}/db-upgrade/candidate-versions`,
        },
        CandidatesAnswer,
      ),
      read(
        { ...call, doing: 'reading the disk usage', path: `${instance('v3')}/volume-usage` },
        VolumeAnswer,
      ),
    ]);
    const missing = patchesOf(wanted).filter((patch) => !patchesOf(versionNow).includes(patch));
    const objections = [
      candidates && objectionToPatches(missing, offeredBy(candidates)),
      volume && objectionToDisk(volume),
    ].filter((words) => words !== null);
    return objections.length === 0 ? null : `pre-check failed: ${objections.join('; ')}`;

    /** Null: this cloud has no such call. */
    async function read<S extends z.ZodType>(given: CloudCall, schema: S) {
      try {
        return await api.read(given, schema, options);
      } catch (error) {
        if (isRefused(error) && error.status === 404) return null;
        throw error;
      }
    }
  };
}

function objectionToPatches(wanted: readonly string[], offered: readonly string[]): string | null {
  const missing = wanted.filter((patch) => !offered.includes(patch));
  if (missing.length === 0) return null;
  return `${missing.join(', ')} not offered, offered is ${offered.join(', ') || 'nothing'}`;
}

function objectionToDisk({ used, total }: z.infer<typeof VolumeAnswer>): string | null {
  const percent = (Number(used ?? NaN) / Number(total ?? NaN)) * 100;
  // What cannot be read is no reason to refuse.
  if (!(percent > MOST_DISK_PERCENT)) return null;
  const words = `its disk is ${percent.toFixed(1)} % full`;
  return `${words}, a hot patch needs at most ${MOST_DISK_PERCENT} %`;
}
