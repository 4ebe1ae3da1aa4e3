import { admit } from '../../rollout/admission';
import type { Budget, FrozenTarget, FrozenWave, Rules } from '../../rollout/frozen-plan';
import { noCounts } from '../../rollout/counts';
import type { Action, AttemptEnd, AttemptResult, Outcome, ReasonCode } from '../../rollout/outcome';
import type { WaveStatus } from '../../rollout/status';
import type { AttemptRecord, TargetState, Terms, WaveState } from '../../rollout/wave-state';
import type { Upgrade } from '../../rollout/upgrade';
import { newTarget, newWave, withTerms } from '../../rollout/wave';

/** A valid world; each test states only its difference. */
export const noon = '2026-11-21T12:00:00.000Z';
export const secondsAfterNoon = (seconds: number) =>
  new Date(Date.parse(noon) + seconds * 1000).toISOString();

export const noLimits: Budget = { rejected: null, failed: null, unknown: null, strict: false };

const noneUsed = { rejected: 0, failed: 0, unknown: 0, succeeded: 0 };

export const upgrades: Readonly<Record<string, Upgrade>> = {
  proxy: {
    family: 'taurusdb-proxy',
    targetVersion: '2.26.03.000',
    expectMs: null,
    followForMs: 21_600_000,
  },
};

export const rules: Rules = {
  recovery: {
    rejected: { retries: 2, afterMs: 300_000 },
    failed: { retries: 1, afterMs: 900_000 },
    unknown: { reconcileForMs: 1_800_000, settleForMs: 120_000 },
  },
  polling: { minMs: 10_000, maxMs: 60_000 },
  busy: { waitForMs: 7_200_000 },
  hooks: null,
  cloudAccess: { pauseAfterMs: 120_000 },
  onExhausted: { expiresMs: null },
  openings: null,
  outside: 'wait',
  learned: {},
};

/** A wave alone, with two places and no limits. */
export function someTerms(changes: Partial<Terms> = {}): Terms {
  return {
    paused: false,
    aborting: false,
    granted: 2,
    keep: 2,
    shares: false,
    ofWave: 100,
    budget: noLimits,
    rolloutBudget: noLimits,
    elsewhere: { wave: noneUsed, rollout: noneUsed },
    learned: {},
    ...changes,
  };
}

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
    concurrencyBy: [],
    slowStart: false,
    budget: noLimits,
    gate: null,
    bake: null,
    partSize: 500,
    targets: ['a', 'b', 'c', 'd'].map((id) => aTarget(id)),
    ...changes,
  };
}

export function aWaveState(
  changes: Partial<FrozenWave> = {},
  given: Partial<{ readonly terms: Partial<Terms>; readonly rules: Rules }> = {},
): WaveState {
  const wave = aWave(changes);
  const { concurrency, budget } = wave;
  const terms = someTerms({ granted: concurrency, keep: concurrency, budget, ...given.terms });
  const own = { wave, part: 1, rules: given.rules ?? rules, upgrades, terms, skips: [] };
  return newWave(own, noon);
}

/** The same wave on other terms. */
export function on(state: WaveState, terms: Partial<Terms>, now = noon): WaveState {
  return withTerms(state, { ...state.terms, ...terms }, now);
}

/** The targets that may start now. */
export function startsOf(state: WaveState, now: string): number[] {
  return admit(state, now).start.map(({ index }) => index);
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
    compensation: null,
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

/** A wave in the status of a rollout. */
export function aWaveStatus(
  name: string,
  state: WaveStatus['state'],
  changes: Partial<WaveStatus> = {},
): WaveStatus {
  return {
    name,
    state,
    counts: noCounts(),
    concurrency: 1,
    budget: noLimits,
    paused: false,
    bake: null,
    untold: null,
    ...changes,
  };
}

export function anAction(changes: Partial<Action>): Action {
  return {
    action: 'pause',
    by: 'li',
    reason: null,
    at: noon,
    wave: null,
    target: null,
    change: null,
    ...changes,
  };
}
