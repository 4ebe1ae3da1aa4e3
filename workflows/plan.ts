import { log } from '@temporalio/workflow';
import type { PlanInspection } from '../activities/inspect';
import { scopeOf, whereaboutsOf } from '../rollout/clouds';
import { calendarOf, freezePlan } from '../rollout/freeze';
import type { FrozenPlan, Rules } from '../rollout/frozen-plan';
import type { Plan } from '../rollout/plan';
import type { UpgradeRequest } from '../rollout/upgrade';
import { wordsOf } from './failures';
import { findTargets } from './find-targets';
import { calendars, lessons, planReads } from './queues';
import { now } from './time';

// One activity's answer stays far below the payload limit, and one lost worker costs little.
const BATCH = 50;

/** Resolves and inspects the targets of a plan, cuts its waves: what a rollout then does. Reads only. */
export async function plan(written: Plan): Promise<FrozenPlan> {
  const input = await findTargets(written);
  const requests = requestsOf(input);
  const { inspectTargets } = planReads();
  const seen: PlanInspection[] = [];
  for (let from = 0; from < requests.length; from += BATCH) {
    const batch = requests.slice(from, from + BATCH);
    const summary = `read targets ${from + 1} to ${from + batch.length} of ${requests.length}`;
    seen.push(...(await inspectTargets.executeWithOptions({ summary }, [batch])));
  }
  return freezePlan(input, seen, now(), await resolve(input));
}

/** What only a worker outside the sandbox can find out about the plan's windows and blackouts. */
async function resolve(input: Plan): Promise<Pick<Rules, 'openings' | 'learned'>> {
  const calendar = calendarOf(input);
  if (calendar === null) return { openings: null, learned: await learn(input) };
  const openings = await calendars().resolveOpenings.executeWithOptions(
    { summary: 'when windows are open' },
    [calendar, now()],
  );
  return { openings, learned: await learn(input) };
}

/** How long upgrades take about which the plan does not say it. */
async function learn({ upgrades }: Plan): Promise<Rules['learned']> {
  const silent = Object.values(upgrades).filter(({ expectMs }) => expectMs === null);
  const families = [...new Set(silent.map(({ family }) => family))];
  if (families.length === 0) return {};
  try {
    return await lessons().learnDurations.executeWithOptions(
      { summary: 'how long upgrades took before' },
      [families],
    );
  } catch (error) {
    log.warn('Earlier upgrades could not be read', { words: wordsOf(error) });
    return {};
  }
}

function requestsOf(input: Plan): UpgradeRequest[] {
  const whereabouts = whereaboutsOf(input);
  return input.targets.flatMap((target) => {
    const upgrade = input.upgrades[target.upgrade];
    return upgrade ? [{ scope: scopeOf(whereabouts, target), target, upgrade }] : [];
  });
}
