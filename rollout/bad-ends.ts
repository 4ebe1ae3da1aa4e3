import { clipped } from './clipped';
import type { Outcome, ReasonCode } from './outcome';
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

const BAD: readonly Outcome[] = ['unknown', 'failed', 'rejected'];
const OF_A_WAVE = 5;
const OF_A_ROLLOUT = 10;
const WORDS_AT_MOST = 160;

/** The newest of a wave, or of a part of one: few enough for a message. The newest first. */
export function badEndsIn(wave: string, targets: readonly TargetState[]): readonly BadEnd[] {
  const bad = targets.flatMap(({ target, end, endedAt }): BadEnd[] => {
    if (end === null || endedAt === null || !BAD.includes(end.outcome)) return [];
    const { instanceId, proxyId, name } = target;
    return [
      {
        wave,
        target: proxyId === null ? instanceId : `${instanceId}/${proxyId}`,
        name,
        outcome: end.outcome,
        reason: end.reason,
        reasonText: clipped(end.reasonText, WORDS_AT_MOST),
        at: endedAt,
      },
    ];
  });
  return newestOf(bad, OF_A_WAVE);
}

/** The newest of all waves. The newest first. */
export function badEndsOfAll(each: readonly (readonly BadEnd[])[]): readonly BadEnd[] {
  return newestOf(each.flat(), OF_A_ROLLOUT);
}

function newestOf(ends: readonly BadEnd[], atMost: number): readonly BadEnd[] {
  return ends.toSorted((one, other) => other.at.localeCompare(one.at)).slice(0, atMost);
}
