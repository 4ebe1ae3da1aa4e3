import type { FrozenPlan, FrozenTarget, FrozenWave } from '../../rollout/frozen-plan';
import { aFrozenPlan } from './rollout-builder';
import { aTarget, aWave } from './wave-builder';

/** A target of the upgrade `cache`; a test says its differences. */
export function frozenTarget(
  instanceId: string,
  changes: Partial<FrozenTarget> = {},
): FrozenTarget {
  const cache = { upgrade: 'cache', versionAtPlan: '6.0.1', wanted: '6.0.2' };
  return aTarget(instanceId, { ...cache, ...changes });
}

export function frozenWave(name: string, targets: readonly FrozenTarget[]): FrozenWave {
  return aWave({ name, concurrency: 10, targets });
}

export function frozenPlan(
  waves: readonly FrozenWave[],
  changes: Partial<FrozenPlan> = {},
): FrozenPlan {
  const cache = {
    family: 'dcs-instance',
    engineMinorVersion: 'latest',
    proxyMinorVersion: null,
    expectMs: null,
    followForMs: 1,
  } as const;
  return aFrozenPlan(waves, { upgrades: { cache }, ...changes });
}
