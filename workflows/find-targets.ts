import { ApplicationFailure, log } from '@temporalio/workflow';
import type { FleetRow } from '../rollout/fleet';
import type { Plan } from '../rollout/plan';
import { searchOf, withFound } from '../rollout/plan-discover';
import type { Problem } from '../rollout/problem';
import { findFleet } from './fleet';

/** The plan with the targets that it does not name but wants to be found. */
export async function findTargets(plan: Plan): Promise<Plan> {
  const { discover = [] } = plan;
  if (discover.length === 0) return plan;
  const found: (readonly FleetRow[])[] = [];
  for (const discovery of discover) {
    const fleet = await findFleet(searchOf(plan, discovery));
    // Who is missing is not upgraded, and is found the next time.
    if (!fleet.isSteady) log.warn('The fleet changed while it was listed', { at: discovery.at });
    found.push(fleet.rows);
  }
  const resolved = withFound(plan, found);
  if (resolved.problems.length === 0) return resolved.plan;
  throw ApplicationFailure.nonRetryable(words(resolved.problems), 'NotFound');
}

// A message that no screen holds helps nobody.
const MOST_TOLD = 20;

function words(problems: readonly Problem[]): string {
  const told = problems
    .slice(0, MOST_TOLD)
    .map(
      ({ path, message, suggestion }) =>
        `${path}: ${message}${suggestion ? ` (${suggestion})` : ''}`,
    );
  const more = problems.length - told.length;
  return [...told, ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
}
