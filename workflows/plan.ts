import type { PlanInspection } from '../activities/inspect';
import { freezePlan } from '../rollout/freeze';
import type { FrozenPlan } from '../rollout/frozen-plan';
import type { Plan } from '../rollout/plan';
import type { UpgradeRequest } from '../rollout/upgrade';
import { planReads } from './queues';
import { now } from './time';

// One activity's answer stays far below the payload limit, and one lost worker costs little.
const BATCH = 50;

/** Resolves and inspects the targets of a plan, cuts its waves: what a rollout then does. Reads only. */
export async function plan(input: Plan): Promise<FrozenPlan> {
  const requests = requestsOf(input);
  const { inspectTargets } = planReads();
  const seen: PlanInspection[] = [];
  for (let from = 0; from < requests.length; from += BATCH) {
    const batch = requests.slice(from, from + BATCH);
    const summary = `read targets ${from + 1} to ${from + batch.length} of ${requests.length}`;
    seen.push(...(await inspectTargets.executeWithOptions({ summary }, [batch])));
  }
  return freezePlan(input, seen, now());
}

function requestsOf({ projectId, region, upgrades, targets }: Plan): UpgradeRequest[] {
  const scope = { projectId, region };
  return targets.flatMap((target) => {
    const upgrade = upgrades[target.upgrade];
    return upgrade ? [{ scope, target, upgrade }] : [];
  });
}
