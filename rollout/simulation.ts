import type { Finding } from './bake';
import type { FrozenPlan, FrozenTarget } from './frozen-plan';
import type { AttemptResult, Outcome, ReasonCode } from './outcome';
import type { RolloutProgress } from './progress';
import type { Order } from './steering';
import type { TargetState } from './wave-state';

/** A rollout to be played through in virtual time. */
export interface Simulation {
  readonly frozen: FrozenPlan;
  readonly world: World;
  /** What a person does, and when. */
  readonly orders?: readonly TimedOrder[];
  /** ISO; absent: when the plan was frozen. */
  readonly startsAt?: string;
  /** How long a message takes between the rollout and its waves; absent: no time. */
  readonly latencyMs?: number;
  /** After so many events it is given up; absent: a million. */
  readonly eventsAtMost?: number;
}

/** What the world makes of a rollout: the same answer whenever it is asked the same. */
export interface World {
  /** What the attempt at this target comes to; attempts count from 1. */
  readonly attempt: (target: FrozenTarget, nth: number) => Fate;
  /** What a look at the health after this wave shows; looks count from 1. */
  readonly look: (wave: string, nth: number) => Finding;
}

/** What one attempt comes to, if nothing keeps it from sending its request. */
export interface Fate extends Pick<AttemptResult, 'result' | 'reason'> {
  /** False: it ends after its look at the target, without a request. */
  readonly submits: boolean;
  /** From its start until its request is sent, or until its end if it sends none. */
  readonly lookMs: number;
  /** From its request to its end. */
  readonly takesMs: number;
}

export interface TimedOrder {
  /** After the start of the rollout. */
  readonly afterMs: number;
  readonly order: AnyOrder;
}

/** To the rollout, or to the running wave that has the target. */
export type AnyOrder = Order | TargetOrder;

export interface TargetOrder {
  readonly action: 'skipTarget' | 'retryTarget';
  readonly wave: string;
  readonly target: string;
}

/** One of the targets: `index` counts from 0 in its part of the wave. */
export interface Place {
  readonly wave: string;
  readonly part: number;
  readonly index: number;
}

/** Something that happened. */
export type Happening =
  | { readonly kind: 'begun'; readonly wave: string; readonly part: number }
  | (Place & { readonly kind: 'started' | 'submitted' })
  /** Its attempt has ended; the target waits for the next one, until `notBefore` if that is given. */
  | (Place & {
      readonly kind: 'attemptEnded';
      readonly result: AttemptResult['result'];
      readonly reason: ReasonCode;
      readonly notBefore: string | null;
    })
  | (Place & { readonly kind: 'ended'; readonly outcome: Outcome; readonly reason: ReasonCode })
  /** A person's order was carried out. */
  | { readonly kind: 'order'; readonly order: AnyOrder }
  | { readonly kind: 'refused'; readonly order: AnyOrder; readonly words: string }
  /** A rule of the plan has acted. */
  | { readonly kind: 'rule'; readonly action: string; readonly words: string }
  | { readonly kind: 'over' };

export type LogEntry = Happening & { readonly at: string };

/** How a simulated rollout went. */
export interface Simulated {
  readonly log: readonly LogEntry[];
  /** `waiting`: only a person can make it go on; `progress.waitingFor` says what for. */
  readonly state: 'over' | 'waiting' | 'givenUp';
  readonly progress: RolloutProgress;
  /** All targets of the plan, in its order. */
  readonly targets: readonly (Place & { readonly state: TargetState })[];
  /** How many events it took. */
  readonly events: number;
  /** What makes the rollout's history long. */
  readonly messages: Messages;
}

/** Messages between a rollout and its waves. */
export interface Messages {
  /** From waves: where they stand. */
  readonly news: number;
  /** To waves that run: what they may do now. */
  readonly terms: number;
  /** Waves, or parts of them, that were begun. */
  readonly parts: number;
}

/** What everything simulated lives by: the clock, the future, the log. */
export interface Engine {
  readonly now: () => string;
  readonly after: (ms: number, happen: () => void) => void;
  readonly at: (instant: string, happen: () => void) => void;
  readonly log: (happening: Happening) => void;
}
