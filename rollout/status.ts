import type { Action, Counts, RolloutState, Wait } from './outcome';

/** One wave in a rollout's status. `pending`: not begun. */
export interface WaveStatus {
  readonly name: string;
  readonly state: RolloutState | 'pending';
  readonly counts: Counts;
}

/** What `status --json` prints; the answer of the rollout's `status` query. */
export interface RolloutStatus {
  readonly rolloutId: string;
  readonly plan: string;
  readonly state: RolloutState;
  readonly waitingFor: Wait | null;
  readonly counts: Counts;
  readonly waves: readonly WaveStatus[];
  /** False while the targets are still being resolved and inspected. */
  readonly frozen: boolean;
  readonly actions: readonly Action[];
  readonly startedAt: string;
  readonly endedAt: string | null;
}
