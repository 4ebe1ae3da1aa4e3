import type { PollingBounds } from './frozen-plan';

/** What is known when the next look at a running upgrade is chosen. */
export interface Pace {
  /** The instant, in ms, from which all who look count the same beats. */
  readonly nowMs: number;
  /** Since the request was sent, or the upgrade was found. */
  readonly elapsedMs: number;
  /** How long such an upgrade usually takes; null when nobody said. */
  readonly expectedMs: number | null;
  /** What the cloud says is left; null when it does not say. */
  readonly remainingMs: number | null;
  /** How far the cloud says it is, 0 to 100; null when it does not say. */
  readonly percent: number | null;
  readonly bounds: PollingBounds;
  /** 0 to 1, from whoever may be random; the same number gives the same answer. */
  readonly random: number;
}

/** The next look at a running upgrade. */
export interface NextLook {
  /** How long to wait for it, a whole number. */
  readonly delayMs: number;
  /** The instant for which it is meant: whoever looks for the same one may share an answer. */
  readonly dueAtMs: number;
}

/**
 * When to look next, always within the bounds.
 *
 * - Where an end is in sight (the cloud's remaining time, else its percentage, else the plan's
 *   expectation) the look is due at that end: any look before it would only learn "still running".
 *   The longest gap bounds how late an early end is seen, the shortest how often a late one is asked for.
 * - Where no end is in sight, or it should have come, the look is due at the next beat.
 * - Looks fall on beats, so that one list answers all of them: a beat is the shortest gap doubled as
 *   often as it stays below a tenth of the age (of the time that it is overdue; of its whole length
 *   where the end is in sight), or below two seconds. So an end is seen with a tenth's delay at most,
 *   and the longer upgrades take, the more of them wait for one and the same instant.
 * - Where the end is further off than the longest gap, that gap is the beat.
 * - No gap is under a sixtieth of the age. An upgrade that the cloud calls "nearly done" for two
 *   hours is stuck, and asking every few seconds tells nobody anything sooner.
 * - A little later by chance, so that those who look at one beat do not come in the same millisecond.
 */
export function nextLook(pace: Pace): NextLook {
  const { nowMs, elapsedMs, random } = pace;
  const { minMs, maxMs } = pace.bounds;
  const { gapMs, scaleMs } = dueIn(pace);
  const wantedMs = clamp(Math.max(gapMs, elapsedMs / AGE_PER_LOOK), minMs, maxMs);
  const onBeatMs = farBeat(nowMs, gapMs, maxMs) ?? nearBeat(pace, { wantedMs, scaleMs });
  if (onBeatMs === null) {
    const delayMs = Math.round(Math.min(maxMs, wantedMs * (1 + JITTER * random)));
    return { delayMs, dueAtMs: nowMs + delayMs };
  }
  const spreadMs = Math.min(maxMs - onBeatMs, minMs * JITTER, LONGEST_JITTER_MS);
  const delayMs = Math.round(clamp(onBeatMs + spreadMs * random, minMs, maxMs));
  return { delayMs, dueAtMs: nowMs + onBeatMs };
}

/** The next beat of the longest gap, for an end that is further off; null where another look comes first. */
function farBeat(nowMs: number, gapMs: number, maxMs: number): number | null {
  const onBeatMs = maxMs - (nowMs % maxMs);
  return gapMs >= maxMs && onBeatMs >= maxMs / 2 ? onBeatMs : null;
}

/** The first beat that is not too soon; null: the bounds are too close for one. */
function nearBeat(
  { nowMs, bounds }: Pace,
  { wantedMs, scaleMs }: { readonly wantedMs: number; readonly scaleMs: number },
): number | null {
  const beatMs = beatOf(bounds, scaleMs);
  if (beatMs === null) return null;
  // A beat is at most as long as the bounds are apart, so that there is one between them.
  const soonestMs = Math.min(wantedMs, bounds.maxMs - beatMs);
  return Math.ceil((nowMs + soonestMs) / beatMs) * beatMs - nowMs;
}

/** When it should be looked at, and how long a beat may be that delays that. */
function dueIn({ elapsedMs, expectedMs, remainingMs, percent }: Pace): {
  readonly gapMs: number;
  readonly scaleMs: number;
} {
  const inSight = (gapMs: number) => ({ gapMs, scaleMs: (elapsedMs + gapMs) / BEATS });
  if (remainingMs !== null) return inSight(Math.max(0, remainingMs));
  if (percent !== null && percent > 0) {
    // Cut to a whole number, it may be nearly one more: looked for at the earliest end it can mean.
    return inSight((elapsedMs * Math.max(0, 99 - percent)) / (percent + 1));
  }
  const overdueMs = elapsedMs - (expectedMs ?? 0);
  if (overdueMs < 0) return inSight(-overdueMs);
  return { gapMs: 0, scaleMs: overdueMs / BEATS };
}

/** Null: the bounds are too close for one. */
function beatOf({ minMs, maxMs }: PollingBounds, scaleMs: number): number | null {
  const longestMs = Math.min(Math.max(scaleMs, 2 * minMs, SHORT_MS), maxMs - minMs);
  if (longestMs < 2 * minMs) return null;
  return minMs * 2 ** Math.floor(Math.log2(longestMs / minMs));
}

function clamp(value: number, min: number, max: number): number {
  return Math.max(min, Math.min(max, value));
}

const JITTER = 0.1;
const LONGEST_JITTER_MS = 500;
const AGE_PER_LOOK = 60;
const BEATS = 10;
// Nobody waits for an upgrade with a stop-watch.
const SHORT_MS = 2_000;
