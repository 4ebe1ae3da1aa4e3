import { acknowledge } from './budget';
import { countsOf } from './counts';
import type { BudgetLimits, FrozenTarget, FrozenWave, Rules } from './frozen-plan';
import type { AttemptResult, TargetEnd } from './outcome';
import { busySinceAfter, endByAbort, recover, type Decision } from './recovery';
import type { AttemptRecord, TargetState, WaveState } from './wave-state';

/** A wave of which nothing has begun. `rolloutBudget` is what earlier waves have left of it. */
export function newWave(wave: FrozenWave, rules: Rules, rolloutBudget: BudgetLimits): WaveState {
  const { name, concurrency, budget, targets } = wave;
  return {
    wave: { name, concurrency, budget },
    rules,
    rolloutBudget,
    targets: targets.map(newTarget),
    paused: false,
    aborting: false,
  };
}

/** A target that waits for its first place. */
export function newTarget(target: FrozenTarget): TargetState {
  return {
    target,
    status: 'waiting',
    notBefore: null,
    waitsFor: null,
    waitWords: null,
    busySince: null,
    startedAt: null,
    attempts: [],
    end: null,
    endedAt: null,
  };
}

/** An attempt of a waiting target has been started. Whether it may be is admission's to say. */
export function attemptStarted(state: WaveState, index: number, now: string): WaveState {
  const before = targetIn(state, index, 'waiting');
  return withTarget(state, index, {
    ...before,
    status: 'inFlight',
    ...NOT_WAITING,
    startedAt: before.startedAt ?? now,
  });
}

/** The attempt in flight of a target has ended: the target ends too, or waits for another one. */
export function attemptEnded(
  state: WaveState,
  index: number,
  result: AttemptResult,
  now: string,
): WaveState {
  const before = targetIn(state, index, 'inFlight');
  const attempts = recorded(before.attempts, result);
  const busySince = busySinceAfter(before.busySince, result, now);
  const decision = recover({
    attempts,
    policy: state.rules.recovery,
    busy: state.rules.busy,
    busySince,
    aborting: state.aborting,
    now,
  });
  const after = { ...before, attempts, busySince };
  return withTarget(state, index, obeying(after, decision, now));
}

/** Nothing begins until the wave is resumed; what is in flight goes on. */
export function pauseWave(state: WaveState): WaveState {
  return { ...state, paused: true };
}

/**
 * Lets the wave go on. Where a budget is exhausted the resume accepts what is used of it: the limit
 * becomes the used number, and the next such outcome exhausts it again. A known gap: to allow more
 * than that at once takes the `budget` command.
 */
export function resumeWave(state: WaveState): WaveState {
  // Whoever ends a pause has not thereby accepted a budget that was exhausted meanwhile.
  if (state.paused) return { ...state, paused: false };
  const used = countsOf(state.targets);
  return {
    ...state,
    paused: false,
    wave: { ...state.wave, budget: acknowledge(state.wave.budget, used) },
    rolloutBudget: acknowledge(state.rolloutBudget, used),
  };
}

/** Ends every waiting target. Those in flight go on to their end, and get no further attempt. */
export function abortWave(state: WaveState, now: string): WaveState {
  const targets = state.targets.map((target) =>
    target.status === 'waiting' ? ended(target, endByAbort(target.attempts), now) : target,
  );
  return { ...state, aborting: true, targets };
}

/** True when every target has its outcome. */
export function isDone(state: WaveState): boolean {
  return state.targets.every(({ status }) => status === 'ended');
}

/** A change in place of `attempts` would be seen by whoever holds the former state. */
function recorded(
  attempts: readonly AttemptRecord[],
  result: AttemptResult,
): readonly AttemptRecord[] {
  const reasonText = clipped(result.reasonText);
  const last = attempts.at(-1);
  if (last === undefined || !drawnTogether(last, result)) {
    return [...attempts, { ...result, reasonText, times: 1 }];
  }
  const { startedAt, times } = last;
  return attempts.with(-1, { ...result, reasonText, startedAt, times: times + 1 });
}

/** A lost request keeps its own record: it was sent, and each sending is for the auditor to see. */
function drawnTogether(last: AttemptRecord, next: AttemptResult): boolean {
  return (
    last.result === 'notSubmitted' &&
    next.result === 'notSubmitted' &&
    last.reason === next.reason &&
    next.reason !== 'requestLost'
  );
}

function obeying(target: TargetState, decision: Decision, now: string): TargetState {
  if (decision.kind === 'end') return ended(target, decision.end, now);
  return {
    ...target,
    status: 'waiting',
    notBefore: decision.notBefore,
    waitsFor: decision.why,
    waitWords: decision.words,
  };
}

function ended(target: TargetState, end: TargetEnd, now: string): TargetState {
  return { ...target, status: 'ended', ...NOT_WAITING, end, endedAt: now };
}

function targetIn(state: WaveState, index: number, status: TargetState['status']): TargetState {
  const target = state.targets[index];
  if (target?.status === status) return target;
  throw new Error(
    `target ${index} of wave ${state.wave.name} is ${target?.status ?? 'missing'}, not ${status}`,
  );
}

function withTarget(state: WaveState, index: number, target: TargetState): WaveState {
  return { ...state, targets: state.targets.with(index, target) };
}

/** Clouds put whole pages into error messages; the state of 500 targets must stay small. */
function clipped(text: string): string {
  return text.length <= TEXT_AT_MOST ? text : `${text.slice(0, TEXT_AT_MOST - 1)}…`;
}

const TEXT_AT_MOST = 500;

const NOT_WAITING = { notBefore: null, waitsFor: null, waitWords: null } as const;
