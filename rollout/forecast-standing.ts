import { endedOf } from './counts';
import type { FrozenTarget } from './frozen-plan';
import { msBetween } from './instants';
import { durationsOf } from './expected';
import type { RolloutStatus, WaveStatus } from './status';
import type { FamilyName } from './upgrade';
import type { TargetState } from './wave-state';

/** How far a rollout has come, as its forecast needs it. */
export interface Standing {
  /** By the names of its waves; one that is not there has not begun. */
  readonly waves: Readonly<Record<string, WaveStanding>>;
  /** Until when the rollout waits at a gate; null: at none, or without end. */
  readonly gateUntil: string | null;
  /** Waves that a person has let begin: their gates are open. */
  readonly approved: readonly string[];
  /** Nothing new begins any more. */
  readonly aborting: boolean;
  /** How long upgrades took that have succeeded in this rollout. */
  readonly endedMs: Readonly<Partial<Record<FamilyName, readonly number[]>>>;
}

/** A wave that has begun. */
export interface WaveStanding extends WaveTargets {
  readonly phase: 'running' | 'baking' | 'done';
  /** As they are now: a person may have changed them. */
  readonly concurrency: WaveStatus['concurrency'];
  readonly budget: WaveStatus['budget'];
  /** How many targets have ended. */
  readonly ended: number;
}

/** What is known of the targets of a wave. */
export interface WaveTargets {
  /** Those that have not ended. */
  readonly left: readonly TargetLeft[];
  /** When the newest of the others ended; null: none has, or nobody knows. */
  readonly lastEndedAt: string | null;
}

export interface TargetLeft {
  readonly target: FrozenTarget;
  /** When its attempt in flight began; null: it waits for one. */
  readonly runningSince: string | null;
}

/** Puts together what the status says and what is known of the targets of waves that have begun. */
export function standingOf(
  { waves, waitingFor, state, endedAt, actions }: RolloutStatus,
  targets: Readonly<Record<string, WaveTargets>>,
  endedMs: Standing['endedMs'],
): Standing {
  const begun = waves.flatMap((wave) => {
    const phase = phaseOf(wave);
    if (phase === null) return [];
    const { name, concurrency, budget, counts } = wave;
    const known = targets[name] ?? { left: [], lastEndedAt: null };
    return [[name, { phase, concurrency, budget, ended: endedOf(counts), ...known }] as const];
  });
  return {
    waves: Object.fromEntries(begun),
    gateUntil: waitingFor?.reason === 'gate' ? waitingFor.until : null,
    approved: actions.flatMap(({ action, wave }) => (action === 'approve' && wave ? [wave] : [])),
    aborting: state === 'aborting' || endedAt !== null,
    endedMs,
  };
}

function phaseOf({ state, bake }: WaveStatus): WaveStanding['phase'] | null {
  if (state === 'pending') return null;
  if (state !== 'finished' && state !== 'aborted') return 'running';
  return bake?.state === 'watching' ? 'baking' : 'done';
}

/** What is left of targets, with those (`unbegun`) of parts of the wave that have not begun. */
export function leftOf(
  states: readonly TargetState[],
  unbegun: readonly FrozenTarget[],
): readonly TargetLeft[] {
  const begun = states
    .filter(({ status }) => status !== 'ended')
    .map((state) => ({ target: state.target, runningSince: runningSince(state) }));
  return [...begun, ...unbegun.map((target) => ({ target, runningSince: null }))];
}

/**
 * When the attempt in flight began, as far as its wave tells; null: there is none. Of a second
 * attempt it is the end of the first, although it began some time after it.
 */
export function runningSince({ status, attempts, startedAt }: TargetState): string | null {
  return status === 'inFlight' ? (attempts.at(-1)?.endedAt ?? startedAt) : null;
}

/** How much of the expected time is left to an attempt in flight; 0: it takes longer than expected. */
export function remainingMs(expectMs: number, since: string, now: string): number {
  return Math.max(0, expectMs - Math.max(0, msBetween(since, now)));
}

/** How long upgrades took that have succeeded, by family. */
export function endedMsOf(
  states: readonly TargetState[],
  familyOf: (upgrade: string) => FamilyName | undefined,
): Standing['endedMs'] {
  const byFamily: Partial<Record<FamilyName, number[]>> = {};
  for (const { target, attempts } of states) {
    const family = familyOf(target.upgrade);
    if (family !== undefined) (byFamily[family] ??= []).push(...durationsOf(attempts));
  }
  return byFamily;
}
