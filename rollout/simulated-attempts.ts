import type { FrozenTarget } from './frozen-plan';
import { isBefore } from './instants';
import type { AttemptResult } from './outcome';
import type { Engine, Fate, Place, World } from './simulation';

/** An attempt that has begun. */
export interface SimulatedAttempt {
  /** Nothing may be submitted any more. */
  readonly hold: () => void;
}

export interface AttemptToBegin {
  readonly target: FrozenTarget;
  readonly place: Place;
  /** As admission gave it. */
  readonly notAfter: string | null;
  /** Read right before the request, as the worker does. */
  readonly isHolding: () => boolean;
  readonly ended: (result: AttemptResult) => void;
}

/** The attempts of a rollout, as its waves know them: they begin, and come to something. */
export interface SimulatedAttempts {
  /** Null: another attempt on the instance is under way. */
  readonly begin: (attempt: AttemptToBegin) => SimulatedAttempt | null;
}

/** What `world` makes of attempts: look, send at most one request, come to an end. */
export function simulatedAttempts(engine: Engine, world: World): SimulatedAttempts {
  const underWay = new Set<string>();
  const begun = new Map<string, number>();

  function begin(attempt: AttemptToBegin): SimulatedAttempt | null {
    const { target, place } = attempt;
    if (underWay.has(target.instanceId)) return null;
    underWay.add(target.instanceId);
    const key = `${place.wave}/${place.part}/${place.index}`;
    const nth = (begun.get(key) ?? 0) + 1;
    begun.set(key, nth);

    let isHeld = false;
    const fate = world.attempt(target, nth);
    const startedAt = engine.now();
    const end = (given: Pick<AttemptResult, 'result' | 'reason'>, submittedAt: string | null) => {
      underWay.delete(target.instanceId);
      attempt.ended(resultOf(given, { submittedAt, startedAt, endedAt: engine.now() }));
    };
    engine.log({ kind: 'started', ...place });
    engine.after(fate.lookMs, () => {
      const obstacle = obstacleTo(attempt, { fate, isHeld, now: engine.now() });
      if (obstacle !== null) return end(obstacle, null);
      const submittedAt = engine.now();
      engine.log({ kind: 'submitted', ...place });
      engine.after(fate.takesMs, () => end(fate, submittedAt));
    });
    return {
      hold: () => {
        isHeld = true;
      },
    };
  }

  return { begin };
}

/** What an attempt comes to that sends no request; null when it may send it. */
function obstacleTo(
  { notAfter, isHolding }: AttemptToBegin,
  at: { readonly fate: Fate; readonly isHeld: boolean; readonly now: string },
): Pick<AttemptResult, 'result' | 'reason'> | null {
  const { fate, isHeld, now } = at;
  if (!fate.submits) return fate;
  if (isHeld || isHolding()) return { result: 'notSubmitted', reason: 'heldBack' };
  if (notAfter !== null && isBefore(notAfter, now)) {
    return { result: 'notSubmitted', reason: 'windowClosed' };
  }
  return null;
}

/** The result of an attempt on an instance that is taken. */
export function lockedAt(now: string): AttemptResult {
  const instants = { submittedAt: null, startedAt: now, endedAt: now };
  return resultOf({ result: 'notSubmitted', reason: 'busy' }, instants);
}

function resultOf(
  { result, reason }: Pick<AttemptResult, 'result' | 'reason'>,
  instants: Pick<AttemptResult, 'submittedAt' | 'startedAt' | 'endedAt'>,
): AttemptResult {
  const nothing = { ticket: null, versionBefore: null, compensation: null, versionAfter: null };
  return { result, reason, reasonText: reason, ...nothing, ...instants };
}
