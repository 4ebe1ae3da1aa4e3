import type { BudgetLimits, FrozenTarget, FrozenWave, Rules } from '../../rollout/frozen-plan';
import type { AttemptResult, AttemptEnd, Outcome, ReasonCode } from '../../rollout/outcome';
import type { AttemptRecord, TargetState, WaveState } from '../../rollout/wave-state';
import { newTarget, newWave } from '../../rollout/wave';

/** A valid world; each test states only its difference. */
export const noon = '2026-11-21T12:00:00.000Z';
export const secondsAfterNoon = (seconds: number) =>
  new Date(Date.parse(noon) + seconds * 1000).toISOString();

export const noLimits: BudgetLimits = { rejected: null, failed: null, unknown: null };

export const rules: Rules = {
  recovery: {
    rejected: { retries: 2, afterMs: 300_000 },
    failed: { retries: 1, afterMs: 900_000 },
    unknown: { reconcileForMs: 1_800_000, settleForMs: 120_000 },
  },
  polling: { minMs: 10_000, maxMs: 60_000 },
  busy: { waitForMs: 7_200_000 },
};

export function aTarget(instanceId: string, changes: Partial<FrozenTarget> = {}): FrozenTarget {
  return {
    upgrade: 'proxy',
    instanceId,
    proxyId: null,
    name: null,
    az: null,
    labels: {},
    versionAtPlan: '2.26.02.000',
    wanted: '2.26.03.000',
    standing: 'upgradable',
    words: null,
    ...changes,
  };
}

export function aWave(changes: Partial<FrozenWave> = {}): FrozenWave {
  return {
    name: 'tenth',
    concurrency: 2,
    budget: noLimits,
    targets: ['a', 'b', 'c', 'd'].map((id) => aTarget(id)),
    ...changes,
  };
}

export function aWaveState(changes: Partial<FrozenWave> = {}): WaveState {
  return newWave(aWave(changes), rules, noLimits);
}

export function aResult(changes: Partial<AttemptResult> = {}): AttemptResult {
  return {
    result: 'succeeded',
    reason: 'upgraded',
    reasonText: 'text',
    submittedAt: null,
    ticket: null,
    versionBefore: null,
    versionAfter: null,
    startedAt: noon,
    endedAt: noon,
    ...changes,
  };
}

/** An attempt whose request was sent. */
export function sent(result: AttemptEnd, reason: ReasonCode, times = 1): AttemptRecord {
  return { ...aResult({ result, reason, reasonText: reason, submittedAt: noon }), times };
}

/** An attempt that ended before a request was sent. */
export function unsent(result: AttemptEnd, reason: ReasonCode, times = 1): AttemptRecord {
  return { ...sent(result, reason, times), submittedAt: null };
}

export function waiting(instanceId: string, changes: Partial<TargetState> = {}): TargetState {
  return { ...newTarget(aTarget(instanceId)), ...changes };
}

export function inFlight(instanceId: string): TargetState {
  return waiting(instanceId, { status: 'inFlight', startedAt: noon });
}

export function ended(instanceId: string, outcome: Outcome): TargetState {
  const end = { outcome, reason: 'upgraded', reasonText: 'text' } as const;
  return waiting(instanceId, { status: 'ended', end, startedAt: noon, endedAt: noon });
}
