import type { BadEnd } from './bad-ends';
import type { Budget } from './frozen-plan';
import type { Action, Counts, RolloutState, TargetEnd, Wait } from './outcome';
import type { PastWait } from './waits';

/** One wave in a rollout's status. `pending`: not begun. */
export interface WaveStatus {
  readonly name: string;
  readonly state: RolloutState | 'pending';
  readonly counts: Counts;
  /** As it is now: a person may have changed it. */
  readonly concurrency: number;
  readonly budget: Budget;
  readonly paused: boolean;
  /** How watching health after it stands; null before it, or when the plan asks for none. */
  readonly bake: { readonly state: 'watching' | Verdict; readonly words: string } | null;
  /** How its targets ended of which no workflow of it can tell, if there may be such. */
  readonly untold: TargetEnd | null;
  /**
   * How its targets ended, from this place of the frozen plan on, of which none has begun; absent in the status of
   * rollouts that an older upwave ended. A lost part before them says nothing of these.
   */
  readonly unbegun?: { readonly from: number; readonly end: TargetEnd } | null;
}

/** What watching health after a wave came to. */
export type Verdict = 'healthy' | 'unhealthy' | 'inconclusive';

/** What `status --json` prints; the answer of the rollout's `status` query. */
export interface RolloutStatus {
  readonly rolloutId: string;
  readonly plan: string;
  readonly state: RolloutState;
  readonly waitingFor: Wait | null;
  readonly counts: Counts;
  readonly budget: Budget;
  readonly waves: readonly WaveStatus[];
  /** False while the targets are still being resolved and inspected. */
  readonly frozen: boolean;
  readonly actions: readonly Action[];
  /** The newest targets that did not end well, ten at most, the newest first. */
  readonly badEnds: readonly BadEnd[];
  /** What it has waited for as a whole, in order; the last may last. */
  readonly waits: readonly PastWait[];
  readonly startedAt: string;
  readonly endedAt: string | null;
}
