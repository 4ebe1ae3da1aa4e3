import type { FrozenPlan, FrozenTarget, FrozenWave } from '../../rollout/frozen-plan';

const noLimits = { rejected: null, failed: null, unknown: null, strict: false } as const;

/** A target of the upgrade `cache`; a test says its differences. */
export function frozenTarget(
  instanceId: string,
  changes: Partial<FrozenTarget> = {},
): FrozenTarget {
  return {
    upgrade: 'cache',
    instanceId,
    proxyId: null,
    name: null,
    az: null,
    labels: {},
    versionAtPlan: '6.0.1',
    wanted: '6.0.2',
    standing: 'upgradable',
    words: null,
    ...changes,
  };
}

export function frozenWave(name: string, targets: readonly FrozenTarget[]): FrozenWave {
  return {
    name,
    concurrency: 10,
    concurrencyBy: [],
    slowStart: false,
    budget: noLimits,
    gate: null,
    bake: null,
    partSize: 500,
    targets,
  };
}

export function frozenPlan(
  waves: readonly FrozenWave[],
  changes: Partial<FrozenPlan> = {},
): FrozenPlan {
  return {
    version: 1,
    name: 'november',
    scope: { projectId: 'project', region: 'cn-north-4' },
    upgrades: {
      cache: {
        family: 'dcs-instance',
        engineMinorVersion: 'latest',
        proxyMinorVersion: null,
        expectMs: null,
        followForMs: 1,
      },
    },
    rules: {
      recovery: {
        rejected: { retries: 2, afterMs: 300_000 },
        failed: { retries: 1, afterMs: 900_000 },
        unknown: { reconcileForMs: 1_800_000, settleForMs: 120_000 },
      },
      polling: { minMs: 10_000, maxMs: 60_000 },
      cloudAccess: { pauseAfterMs: 120_000 },
      busy: { waitForMs: 7_200_000 },
      hooks: null,
      onExhausted: { expiresMs: null },
      openings: null,
      outside: 'wait',
      learned: {},
    },
    concurrency: null,
    budget: noLimits,
    calendar: null,
    seed: 'november',
    waves,
    unmatched: [],
    frozenAt: '2026-11-21T12:00:00.000Z',
    ...changes,
  };
}
