import type { PollingBounds } from './frozen-plan';
import type { ReasonCode } from './outcome';
import type { AttemptRecord } from './wave-state';

/** Short, since most locks and hiccups last seconds; doubling, so that long ones cost little. */
export const FIRST_DELAY_MS = 5_000;

const LONGEST_MS = 60_000;

/**
 * How many of `polling.max` the longest delay is: that is how long the plan bears not to look. Each
 * attempt adds a dozen events to its wave's history, so the longer a reason usually lasts the rarer
 * it is looked for: a backup that locks an instance takes minutes, a key or a network is repaired by
 * a person. A minute at least, else a plan that polls every second would fill its history with it;
 * and not more than polling at a minute gives, else a plan that polls seldom would waste its windows.
 */
const LOOKS_LONG: Partial<Record<ReasonCode, number>> = { busy: 2, cloudAccess: 5 };

/** How long to wait before the next attempt when the reason came so often in one stretch. */
export function backoffMs(reason: ReasonCode, times: number, { maxMs }: PollingBounds): number {
  const looks = LOOKS_LONG[reason] ?? 1;
  const longestMs = Math.max(LONGEST_MS, Math.min(looks * maxMs, looks * LONGEST_MS));
  return Math.min(longestMs, FIRST_DELAY_MS * 2 ** (times - 1));
}

/**
 * How often the reason came since the last attempt that got somewhere. Other reasons in between are
 * no break: a request lost, no access, a request lost, and so on, must come to an end as well.
 */
export function timesInStretch(attempts: readonly AttemptRecord[], reason: ReasonCode): number {
  const start = attempts.findLastIndex(({ result }) => result !== 'notSubmitted') + 1;
  let times = 0;
  for (const each of attempts.slice(start)) if (each.reason === reason) times += each.times;
  return times;
}
