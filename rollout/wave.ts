import { admit, exhaustedIn, placesOf } from './admission';
import { countsOf } from './counts';
import type { FrozenTarget, FrozenWave, Rules } from './frozen-plan';
import type { AttemptResult, TargetEnd } from './outcome';
import { clipped } from './clipped';
import { endByAbort, giveUp } from './giving-up';
import { targetId } from './ids';
import { busySinceAfter, pauseAfter, recover, type Decision } from './recovery';
import { nextVersion } from './roll-forward';
import { weightier } from './saga';
import type { Upgrade } from './upgrade';
import { fitterOf } from './wave-window';
import type { AttemptRecord, TargetState, Terms, WaveState } from './wave-state';

/** What a wave is begun with. */
export interface WaveBeginning {
  readonly wave: FrozenWave;
  /** Counts from 1. */
  readonly part: number;
  readonly rules: Rules;
  readonly upgrades: Readonly<Record<string, Upgrade>>;
  readonly terms: Terms;
  /** Targets that a person has left out before it began, by the name that {@link isCalled} knows. */
  readonly skips: readonly Skip[];
}

/** A person's word that a target shall be left out. */
export interface Skip {
  readonly target: string;
  readonly words: string;
}

/** A wave of which nothing has begun. */
export function newWave(beginning: WaveBeginning, now: string): WaveState {
  const { wave, part, rules, upgrades, terms, skips } = beginning;
  const { name, concurrencyBy, slowStart, targets } = wave;
  const state: WaveState = {
    wave: { name, concurrencyBy, slowStart },
    rules,
    upgrades,
    terms: { ...terms, aborting: false },
    returned: 0,
    resumedAt: null,
    // Parts before it have begun in one, and what it closes for, it closes for all of the wave.
    hadWindow: part > 1,
    targets: targets.map((target) => {
      const skip = skips.find((each) => isCalled(target, each.target));
      return skip ? ended(newTarget(target), skippedEnd(skip.words), now) : newTarget(target);
    }),
  };
  return withTerms(state, terms, now);
}

/** Whether a person who says `name` means this target: a proxy by its id, else the instance. */
export function isCalled(target: FrozenTarget, name: string): boolean {
  return targetId(target) === name;
}

/** A target that waits for its first place. */
export function newTarget(target: FrozenTarget): TargetState {
  return {
    target,
    status: 'waiting',
    ...NOT_WAITING,
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
  const { recovery, busy, polling, openings } = state.rules;
  const { aborting } = state.terms;
  const upgrade = state.upgrades[before.target.upgrade];
  const decision = recover({
    attempts,
    policy: recovery,
    busy,
    polling,
    before: before.rolledAt?.at(-1),
    nextVersion: upgrade && nextVersion(upgrade, before.rolledAt),
    openings,
    busySince,
    aborting,
    now,
  });
  const after = { ...before, attempts, busySince };
  return withTarget(state, index, obeying(after, decision, now));
}

/** What the rollout is to be paused for, now that an attempt of the target has ended; or null. */
export function needsPerson({ rules, terms, targets }: WaveState, index: number): string | null {
  const { target, end } = targets[index] ?? {};
  const words = end && !terms.aborting ? pauseAfter(end, rules.recovery) : null;
  return words && target ? `${targetId(target)}: ${words}` : null;
}

/** The rollout lets the wave do more, or less, than before. An abort ends every waiting target. */
export function withTerms(state: WaveState, terms: Terms, now: string): WaveState {
  if (!terms.aborting || state.terms.aborting) {
    const isResumed = state.terms.paused && !terms.paused;
    return { ...state, terms, resumedAt: isResumed ? now : state.resumedAt };
  }
  return { ...endWaiting(state, ({ attempts }) => endByAbort(attempts), now), terms };
}

/**
 * What happens by itself before anything is admitted: places are given back that others could use,
 * and targets that the last window has left behind end, where the plan says so.
 */
export function settle(state: WaveState, now: string): WaveState {
  return giveBack(afterWindow(state, now), now);
}

function afterWindow(state: WaveState, now: string): WaveState {
  const { openings, outside } = state.rules;
  if (openings === null || outside === 'wait') return state;
  const fits = fitterOf(state, now);
  const isOpen = state.targets.some((each) => each.status !== 'ended' && fits(each.target).fits);
  if (isOpen) return state.hadWindow ? state : { ...state, hadWindow: true };
  return state.hadWindow ? endWaiting(state, leftOutside, now) : state;
}

function leftOutside({ attempts }: TargetState): TargetEnd {
  const reasonText = 'the window closed, and the plan does not wait for the next';
  return giveUp(attempts, { outcome: 'skipped', reason: 'outsideWindow', reasonText });
}

function giveBack(state: WaveState, now: string): WaveState {
  const { inFlight } = countsOf(state.targets);
  const { keep, shares } = state.terms;
  const places = placesOf(state);
  if (inFlight >= places) return state;
  const needed = shares ? inFlight + admit(state, now).start.length : places;
  const spare = places - Math.max(inFlight, Math.min(keep, needed));
  if (spare <= 0) return state;
  if (keep >= places && spare < leastGivenBack(state, inFlight)) return state;
  return { ...state, returned: state.returned + spare };
}

/**
 * How many free places are worth the two messages by which they go to another part: one, unless the
 * wave's parts hand over so many that the rollout's history would be full of it. Then a quarter of
 * the attempts that still run: the fewer they are, the sooner a free place goes, and an attempt that
 * hangs keeps none from the others.
 */
function leastGivenBack({ terms, targets }: WaveState, inFlight: number): number {
  const handedOver = (terms.ofWave / Math.max(1, targets.length) - 1) * terms.keep;
  return handedOver <= HANDED_OVER_SINGLY ? 1 : Math.ceil(inFlight / 4);
}

// Nine events each.
const HANDED_OVER_SINGLY = 100;

/** True when every target has its outcome. */
export function isDone(state: WaveState): boolean {
  return state.targets.every(({ status }) => status === 'ended');
}

/** Why a person may not leave out this target; null if it can be. */
export function whyNotSkip({ status, end }: TargetState): string | null {
  if (status === 'inFlight') return 'it is in flight and is followed to its end';
  return end === null ? null : `it has ended: ${end.outcome}`;
}

/** A person leaves out a target that waits. */
export function skipTarget(state: WaveState, index: number, words: string, now: string): WaveState {
  const before = targetIn(state, index, 'waiting');
  return withTarget(state, index, ended(before, giveUp(before.attempts, skippedEnd(words)), now));
}

/** Why a target may not get another attempt at once; null if it may. */
export function whyNotRetry(
  state: WaveState,
  { target, status, end, notBefore }: TargetState,
  now: string,
): string | null {
  if (state.terms.aborting) return 'the rollout is being aborted';
  if (status === 'inFlight') return 'it is in flight';
  if (end === null) return notBefore === null ? 'it waits for nothing but a place' : null;
  if (end.outcome === 'succeeded' || end.outcome === 'upToDate') return 'it has its version';
  // An earlier upgrade might still be running, or have worked.
  if (end.outcome === 'unknown') {
    return 'what became of its upgrade is unknown: look in the cloud, then start another rollout';
  }
  // Its outcome would be counted no longer, and all that waits would begin with it.
  if (exhaustedIn(state) !== null) {
    return 'a budget is exhausted: accept that (upwave resume) or raise it (upwave budget) first';
  }
  if (state.rules.outside === 'skip' && !fitterOf(state, now)(target).fits) {
    return 'its window is closed, and the plan does not wait for the next';
  }
  return null;
}

/** A person wants another attempt at a target without delay, also if it had ended. */
export function retryTarget(state: WaveState, index: number): WaveState {
  const before = state.targets[index];
  if (before === undefined) throw new Error(`wave ${state.wave.name} has no target ${index}`);
  const anew = { ...NOT_WAITING, busySince: null, end: null, endedAt: null };
  const again = { ...before, status: 'waiting', ...anew } as const;
  return withTarget(state, index, again);
}

function skippedEnd(reasonText: string): TargetEnd {
  return { outcome: 'skipped', reason: 'skippedByPerson', reasonText };
}

function endWaiting(
  state: WaveState,
  endOf: (target: TargetState) => TargetEnd,
  now: string,
): WaveState {
  // Whoever asks again and again until nothing changes must come to an end.
  if (state.targets.every(({ status }) => status !== 'waiting')) return state;
  const targets = state.targets.map((target) =>
    target.status === 'waiting' ? ended(target, endOf(target), now) : target,
  );
  return { ...state, targets };
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
  const compensation = weightier(last.compensation, result.compensation);
  const hooks = [...(last.hooks ?? []), ...(result.hooks ?? [])].slice(-HOOKS_AT_MOST);
  const drawn = { ...result, reasonText, compensation, startedAt, times: times + 1 };
  return attempts.with(-1, { ...drawn, ...(hooks.length > 0 && { hooks }) });
}

// One record may stand for a hundred attempts, each with calls of its own.
const HOOKS_AT_MOST = 20;

/** What was sent keeps its own record: each sending is for the auditor to see. */
function drawnTogether(last: AttemptRecord, next: AttemptResult): boolean {
  return (
    last.result === 'notSubmitted' &&
    next.result === 'notSubmitted' &&
    last.reason === next.reason &&
    next.reason !== 'requestLost' &&
    last.submittedAt === null &&
    next.submittedAt === null
  );
}

function obeying(target: TargetState, decision: Decision, now: string): TargetState {
  if (decision.kind === 'end') return ended(target, decision.end, now);
  const { attempts, rolledAt = [] } = target;
  return {
    ...target,
    ...(decision.rollsForward && { rolledAt: [...rolledAt, attempts.length] }),
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

const NOT_WAITING = { notBefore: null, waitsFor: null, waitWords: null } as const;
