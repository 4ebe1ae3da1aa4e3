import type { FrozenPlan, FrozenTarget, FrozenWave } from '../../rollout/frozen-plan';
import type { Upgrade } from '../../rollout/upgrade';
import { aFrozenPlan } from './rollout-builder';
import { aTarget, aWave, noLimits, noon } from './wave-builder';

/** A Saturday. */
export const START = noon;

export const noBudget = noLimits;

/** A target with an instance of its own. */
export function simTarget(instanceId: string, changes: Partial<FrozenTarget> = {}): FrozenTarget {
  return aTarget(instanceId, { versionAtPlan: '1', wanted: '2', ...changes });
}

/** A wave of so many targets, each with an instance of its own. */
export function simWave(
  name: string,
  targets: number,
  changes: Partial<FrozenWave> = {},
): FrozenWave {
  const own = Array.from({ length: targets }, (_, i) => simTarget(`${name}-${i}`));
  return aWave({ name, concurrency: 1, targets: own, ...changes });
}

const UPGRADES: Readonly<Record<string, Upgrade>> = {
  proxy: {
    family: 'taurusdb-proxy',
    targetVersion: '2',
    expectMs: null,
    followForMs: 3_600_000,
  },
  kernel: { family: 'taurusdb-instance', delay: false, expectMs: null, followForMs: 3_600_000 },
};

/** A plan that restricts nothing; each test states what it does restrict. */
export function simPlan(changes: Partial<FrozenPlan> & Pick<FrozenPlan, 'waves'>): FrozenPlan {
  return aFrozenPlan([], { name: 'simulated', seed: 'seed', upgrades: UPGRADES, ...changes });
}
