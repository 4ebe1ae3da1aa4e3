import type { ReportSources } from '../rollout/report';
import type { RolloutStatus } from '../rollout/status';
import type { Connected } from '../temporal/connect';
import { partsOf, readFrozenPlan, readPart } from './rollout-reads';

/** Reads all that the report of a rollout is made of. Needs a worker. */
export async function readSources(
  server: Connected,
  status: RolloutStatus,
): Promise<ReportSources> {
  const { rolloutId } = status;
  const frozenPlan = await readFrozenPlan(server, rolloutId);
  const waves: ReportSources['waves'][number][] = [];
  for (const { name } of frozenPlan?.waves ?? []) {
    for (const part of partsOf(frozenPlan, name)) {
      const { targets } = await readPart(server, rolloutId, { wave: name, ...part });
      if (targets) waves.push({ name, targets });
    }
  }
  return { status, frozenPlan, waves };
}
