import type { FrozenPlan, FrozenTarget, FrozenWave } from '../../rollout/frozen-plan';

/** A Saturday. */
export const START = '2026-11-21T12:00:00.000Z';

export const noBudget = { rejected: null, failed: null, unknown: null, strict: false } as const;

/** A target with an instance of its own. */
export function simTarget(instanceId: string, changes: Partial<FrozenTarget> = {}): FrozenTarget {
  return {
    upgrade: 'proxy',
    instanceId,
    proxyId: null,
    name: null,
    az: null,
    labels: {},
    versionAtPlan: '1',
    wanted: '2',
    standing: 'upgradable',
    words: null,
    ...changes,
  };
}

/** A wave of so many targets, each with an instance of its own. */
export function simWave(
  name: string,
  targets: number,
  changes: Partial<FrozenWave> = {},
): FrozenWave {
  return {
    name,
    concurrency: 1,
    concurrencyBy: [],
    slowStart: false,
    budget: noBudget,
    gate: null,
    bake: null,
    partSize: 500,
    targets: Array.from({ length: targets }, (_, i) => simTarget(`${name}-${i}`)),
    ...changes,
  };
}

/** A plan that restricts nothing; each test states what it does restrict. */
export function simPlan(changes: Partial<FrozenPlan> & Pick<FrozenPlan, 'waves'>): FrozenPlan {
  return {
    version: 1,
    name: 'simulated',
    scope: { projectId: 'project', region: 'region' },
    upgrades: {
      proxy: {
        family: 'taurusdb-proxy',
        targetVersion: '2',
        expectMs: null,
        followForMs: 3_600_000,
      },
      kernel: { family: 'taurusdb-instance', delay: false, expectMs: null, followForMs: 3_600_000 },
    },
    rules: {
      recovery: {
        rejected: { retries: 2, afterMs: 300_000 },
        failed: { retries: 1, afterMs: 900_000 },
        unknown: { reconcileForMs: 1_800_000, settleForMs: 120_000 },
      },
      polling: { minMs: 10_000, maxMs: 60_000 },
      busy: { waitForMs: 7_200_000 },
      onExhausted: { expiresMs: null },
      openings: null,
      outside: 'wait',
      learned: {},
      hooks: null,
      cloudAccess: { pauseAfterMs: 120_000 },
    },
    concurrency: null,
    budget: noBudget,
    calendar: null,
    seed: 'seed',
    unmatched: [],
    frozenAt: START,
    ...changes,
  };
}
