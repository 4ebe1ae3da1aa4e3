import type { Plan } from '../../rollout/plan';
import { planFor } from '../support/plans';
import type { FleetRow } from '../support/world';

/**
 * Limits that fit an emulator whose upgrades take two seconds. A call that died with its worker is
 * missed only after thirty seconds, so that following and reconciling get one such loss each.
 */
export const FOLLOW_FOR_MS = 60_000;
export const RECONCILE_FOR_MS = 60_000;

/** Not more than this many targets of one family in flight together. */
export const FAMILY_MAX = 4;

const NO_LIMITS = { rejected: null, failed: null, unknown: null };

/** The whole fleet in three waves, in an order that the seed chooses. */
export function planOfStory(fleet: readonly FleetRow[], seed: number): Plan {
  const wave = (name: string, take: string, concurrency: number) => {
    return { name, take, concurrency, budget: NO_LIMITS, order: 'random' };
  };
  const plan = planFor(fleet, {
    name: `faults-${seed}`,
    seed: `${seed}`,
    waves: [wave('canary', '10%', 3), wave('half', '40%', 8), wave('rest', 'rest', 10)],
    concurrencyBy: { label: 'family', max: FAMILY_MAX },
    busy: { waitFor: '20s' },
    recovery: {
      rejected: { retries: 2, after: '500ms' },
      failed: { retries: 1, after: '500ms' },
      unknown: { reconcileFor: `${RECONCILE_FOR_MS}ms`, settleFor: '3s' },
    },
  });
  const upgrades = Object.entries(plan.upgrades).map(([name, upgrade]) => {
    return [name, { ...upgrade, followForMs: FOLLOW_FOR_MS }] as const;
  });
  return { ...plan, upgrades: Object.fromEntries(upgrades) };
}
