import type { Budget, FrozenTarget, FrozenWave, Rules } from './frozen-plan';
import type { AttemptResult, Budgeted, ReasonCode, TargetEnd } from './outcome';
import type { Upgrade } from './upgrade';

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
  /**
   * How many records there were each time when it went on to the next version of its upgrade's
   * `rollForwardTo`; absent: it never did.
   */
  readonly rolledAt?: readonly number[];
  readonly end: TargetEnd | null;
  readonly endedAt: string | null;
}

/** Outcomes by which budgets and slow start are judged. */
export type Used = Readonly<Record<Budgeted | 'succeeded', number>>;

/**
 * What the rollout lets a wave, or one part of a large wave, do now: one snapshot, sent whole
 * whenever anything in it changes, so that a message more or less leaves no doubt.
 */
export interface Terms {
  readonly paused: boolean;
  readonly aborting: boolean;
  /** Places given to this part since it began. Those it has given back are its own to count. */
  readonly granted: number;
  /** Places above this number it gives back as soon as they are free. */
  readonly keep: number;
  /** Whether it gives back what it cannot use now: other parts of its wave could. */
  readonly shares: boolean;
  /** How many targets the whole wave has: a part of it tells at each percent of them. */
  readonly ofWave: number;
  readonly budget: Budget;
  readonly rolloutBudget: Budget;
  /** What the other parts of the wave, and all other parts of the rollout, have used. */
  readonly elsewhere: { readonly wave: Used; readonly rollout: Used };
  /** How long upgrades of a family took in the waves before. */
  readonly learned: Rules['learned'];
}

/** All that admission and recovery need to know of a wave. Never changed, always replaced. */
export interface WaveState {
  readonly wave: Pick<FrozenWave, 'name' | 'concurrencyBy' | 'slowStart'>;
  readonly rules: Rules;
  readonly upgrades: Readonly<Record<string, Upgrade>>;
  readonly terms: Terms;
  /** Places given back since it began. */
  readonly returned: number;
  /** When a pause last ended; null: never. */
  readonly resumedAt: string | null;
  /** Whether any of its targets could have had an attempt in a window since it began. */
  readonly hadWindow: boolean;
  readonly targets: readonly TargetState[];
}
