import { clipped } from './clipped';
import type { Wait } from './outcome';

/** Something that kept the whole rollout from going on, kept for the report. */
export interface PastWait {
  readonly reason: Wait['reason'];
  /** As they were when it began. */
  readonly words: string;
  readonly from: string;
  /** Null: it lasts. */
  readonly to: string | null;
}

/** Attempts that run, and pauses between those of one target, the targets themselves tell of. */
const OF_THE_ROLLOUT: ReadonlySet<Wait['reason']> = new Set([
  'paused',
  'budgetExhausted',
  'gate',
  'bake',
  'window',
  'cloudAccess',
]);

// They go through every status that is asked for.
const AT_MOST = 100;
const WORDS_AT_MOST = 200;

/**
 * The waits after the rollout has begun to wait for `wait`, or for nothing any more (null). The oldest
 * are forgotten when there are too many.
 */
export function waitsAfter(
  waits: readonly PastWait[],
  wait: Wait | null,
  now: string,
): readonly PastWait[] {
  const last = waits.at(-1);
  const isOpen = last?.to === null;
  const reason = wait !== null && OF_THE_ROLLOUT.has(wait.reason) ? wait.reason : null;
  if (reason === (isOpen ? last.reason : null)) return waits;
  const closed = isOpen ? waits.with(-1, { ...last, to: now }) : waits;
  if (wait === null || reason === null) return closed;
  const begun = { reason, words: clipped(wait.words, WORDS_AT_MOST), from: now, to: null };
  return [...closed, begun].slice(-AT_MOST);
}
