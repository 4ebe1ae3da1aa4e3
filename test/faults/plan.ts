import type { Plan } from '../../rollout/plan';
import type { Upgrade } from '../../rollout/upgrade';
import { planFor } from '../support/plans';
import type { FleetRow } from '../support/world';
import { NOTHING_SPECIAL, type Special } from './special';

/**
 * Limits that fit an emulator whose upgrades take two seconds. A call that died with its worker is
 * missed only after thirty seconds, so that following and reconciling get one such loss each.
 */
export const FOLLOW_FOR_MS = 60_000;
export const RECONCILE_FOR_MS = 60_000;

/** Not more than this many targets of one family in flight together. */
export const FAMILY_MAX = 4;

/** By whom a story's person acts. */
export const WHO = 'faults';

/** So late begins what can be called off: a busy machine takes seconds to get to that. */
export const BEGINS_AFTER_MS = 15_000;

const NO_LIMITS = { rejected: null, failed: null, unknown: null };
// A few of forty targets end so in most stories; a person accepts them a few at a time.
const SMALL = { rejected: 0, failed: 0, unknown: 0 };

/** The whole fleet in three waves, in an order that the seed chooses. */
export function planOfStory(
  fleet: readonly FleetRow[],
  seed: number,
  { special = NOTHING_SPECIAL, hooks = null }: { special?: Special; hooks?: string | null } = {},
): Plan {
  const { budget, scheduled } = special;
  const ofWave = budget === 'wave' ? SMALL : NO_LIMITS;
  const wave = (name: string, take: string, concurrency: number) => {
    return { name, take, concurrency, budget: ofWave, order: 'random' };
  };
  const plan = planFor(fleet, {
    name: `faults-${seed}`,
    seed: `${seed}`,
    // What begins later keeps its place for longer: an abort should find many of them.
    waves: [
      wave('canary', '10%', scheduled ? 4 : 3),
      wave('half', '40%', 8),
      wave('rest', 'rest', 10),
    ],
    budget: budget === 'rollout' ? SMALL : NO_LIMITS,
    concurrencyBy: { label: 'family', max: FAMILY_MAX },
    busy: { waitFor: '20s' },
    recovery: {
      // A budget is for what retries do not cure.
      rejected: { retries: budget === null ? 2 : 0, after: '500ms' },
      failed: { retries: budget === null ? 1 : 0, after: '500ms' },
      unknown: { reconcileFor: `${RECONCILE_FOR_MS}ms`, settleFor: '3s' },
    },
    ...(hooks === null ? {} : { hooks: hooksAt(hooks) }),
  });
  const upgrades = Object.entries(plan.upgrades).map(([name, upgrade]) => {
    const followed = { ...upgrade, followForMs: FOLLOW_FOR_MS };
    return [name, scheduled ? begunLater(followed) : followed] as const;
  });
  return { ...plan, upgrades: Object.fromEntries(upgrades) };
}

/** Two that are undone, and one afterwards. */
function hooksAt(url: string): object {
  const common = { timeout: '2s', retries: 3 };
  const before = [0, 1].map((nth) => ({
    ...common,
    webhook: `${url}/before/${nth}`,
    undo: `${url}/undo/${nth}`,
  }));
  return { before, after: [{ ...common, webhook: `${url}/after/0` }] };
}

/** Asked for now, begun some seconds later: so that it can be called off. */
function begunLater(upgrade: Upgrade): Upgrade {
  switch (upgrade.family) {
    case 'taurusdb-instance':
      return { ...upgrade, delay: true };
    case 'gaussdb-hotfix':
      return { ...upgrade, startAfterMs: BEGINS_AFTER_MS };
    case 'taurusdb-proxy':
    case 'dcs-instance':
      return upgrade;
  }
}
