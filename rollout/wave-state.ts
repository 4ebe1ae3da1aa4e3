import type { FrozenTarget, FrozenWave, Rules, BudgetLimits } from './frozen-plan';
import type { AttemptResult, ReasonCode, TargetEnd } from './outcome';

/**
 * What an attempt came to. Attempts in a row that submitted nothing for one and the same reason
 * (busy, no cloud access, held back) are one record: from the first one's start to the last one's
 * end. A target may be looked at a hundred times while it is busy, and a wave's state and result
 * must stay far below Temporal's limit of 2 MB.
 */
export interface AttemptRecord extends AttemptResult {
  /** How many attempts this record stands for. */
  readonly times: number;
}

/** Where one target of a wave stands. */
export interface TargetState {
  readonly target: FrozenTarget;
  readonly status: 'waiting' | 'inFlight' | 'ended';
  /** No attempt before this instant; null: at once. */
  readonly notBefore: string | null;
  /** Why `notBefore` was set; null when it was not. */
  readonly waitsFor: ReasonCode | null;
  /** What it waits for, for a person; null when it waits for nothing but a place. */
  readonly waitWords: string | null;
  /** Since when it has been busy without a break; null when it was not busy at the last look. */
  readonly busySince: string | null;
  readonly startedAt: string | null;
  /** The newest last. */
  readonly attempts: readonly AttemptRecord[];
  readonly end: TargetEnd | null;
  readonly endedAt: string | null;
}

/** All that admission and recovery need to know of a wave. Never changed, always replaced. */
export interface WaveState {
  /** Its budget rises when a person resumes the wave although the budget was exhausted. */
  readonly wave: Pick<FrozenWave, 'name' | 'concurrency' | 'budget'>;
  readonly rules: Rules;
  /** The rollout's budget, less what earlier waves have used of it. Rises as the wave's does. */
  readonly rolloutBudget: BudgetLimits;
  readonly targets: readonly TargetState[];
  readonly paused: boolean;
  readonly aborting: boolean;
}
