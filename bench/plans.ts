import { freezePlan } from '../rollout/freeze';
import type { FrozenPlan } from '../rollout/frozen-plan';
import type { Plan } from '../rollout/plan';
import type { Inspection, Upgrade } from '../rollout/upgrade';
import { planFor } from '../test/support/plans';
import type { FleetRow } from '../test/support/world';

/** One wave of a fleet's rows, at `concurrency` at once; hot patches begin when they are asked for. */
export function benchPlan(
  fleet: readonly FleetRow[],
  given: {
    readonly concurrency: number;
    readonly polling: { readonly min: string; readonly max: string };
  },
): Plan {
  const { concurrency, polling } = given;
  const waves = [{ name: 'all', take: 'rest', concurrency }];
  const plan = planFor(fleet, { waves, polling });
  const upgrades = Object.entries(plan.upgrades).map(([name, each]) => [name, atOnce(each)]);
  return { ...plan, upgrades: Object.fromEntries(upgrades) as Plan['upgrades'] };
}

/**
 * The plan as it would be frozen now, without a call: for what is measured after the freeze, of
 * fleets so large that reading them would take longer than the bench.
 */
export function frozenWithoutCalls(plan: Plan, fleet: readonly FleetRow[]): FrozenPlan {
  return freezePlan(plan, fleet.map(seen), new Date().toISOString());
}

function atOnce(upgrade: Upgrade): Upgrade {
  return upgrade.family === 'gaussdb-hotfix' ? { ...upgrade, startAfterMs: 0 } : upgrade;
}

function seen({ version, latest, status }: FleetRow): Inspection {
  const upgradable = version !== latest;
  return { version, newestVersion: latest, upgradable, state: 'ready', status, ticket: null };
}
