import { clipped } from './clipped';
import { fullId } from './ids';
import { BUDGETED, type Outcome, type ReasonCode } from './outcome';
import type { TargetState } from './wave-state';

/** A target that did not end well, as the pages of its wave and its rollout show it. */
export interface BadEnd {
  readonly wave: string;
  /** Its id; a proxy's behind its instance's. */
  readonly target: string;
  readonly name: string | null;
  readonly outcome: Outcome;
  readonly reason: ReasonCode;
  readonly reasonText: string;
  readonly at: string;
}

const OF_A_WAVE = 5;
const OF_A_ROLLOUT = 10;
const WORDS_AT_MOST = 160;

/** The newest of a wave, or of a part of one: few enough for a message. The newest first. */
export function badEndsIn(wave: string, targets: readonly TargetState[]): readonly BadEnd[] {
  // Asked of every target at every step of a wave: nothing is built for those that ended well.
  return newestOf(targets.filter(isBad).flatMap(badEndOf(wave)), OF_A_WAVE);
}

/** The newest of all waves. The newest first. */
export function badEndsOfAll(each: readonly (readonly BadEnd[])[]): readonly BadEnd[] {
  return newestOf(each.flat(), OF_A_ROLLOUT);
}

function isBad({ end }: TargetState): boolean {
  return end !== null && BUDGETED.some((kind) => kind === end.outcome);
}

function badEndOf(wave: string) {
  return ({ target, end, endedAt }: TargetState): readonly BadEnd[] => {
    if (end === null || endedAt === null) return [];
    const { outcome, reason } = end;
    const reasonText = clipped(end.reasonText, WORDS_AT_MOST);
    const id = fullId(target);
    return [{ wave, target: id, name: target.name, outcome, reason, reasonText, at: endedAt }];
  };
}

function newestOf(ends: readonly BadEnd[], atMost: number): readonly BadEnd[] {
  return ends.toSorted((one, other) => other.at.localeCompare(one.at)).slice(0, atMost);
}
