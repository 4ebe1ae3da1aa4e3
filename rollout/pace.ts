import type { PollingBounds } from './frozen-plan';

/** What is known when the next look at a running upgrade is chosen. */
export interface Pace {
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

/**
 * How long to wait before the next look, always within the bounds.
 *
 * - Where an end is in sight (the cloud's remaining time, else its percentage, else the plan's
 *   expectation) the look is due at that end: any look before it would only learn "still running".
 *   The longest gap bounds how late an early end is seen, the shortest how often a late one is asked for.
 * - Where no end is in sight, or it should have come, the gap is a tenth of the time it is overdue
 *   (of its age, without an expectation): so it is seen with a tenth's delay at most.
 * - No gap is under a sixtieth of the age. An upgrade that the cloud calls "nearly done" for two
 *   hours is stuck, and asking every few seconds tells nobody anything sooner.
 * - A tenth more or less by chance, so that a wave's attempts do not ask in step.
 */
export function nextLookMs(pace: Pace): number {
  const { minMs, maxMs } = pace.bounds;
  const wantedMs = Math.max(untilEndMs(pace), pace.elapsedMs / AGE_PER_LOOK);
  const gapMs = clamp(wantedMs, minMs, maxMs);
  // Spread inside the bounds: cutting the jitter off at a bound would put half a wave in step there.
  const shortestMs = Math.max(minMs, gapMs * (1 - JITTER));
  const longestMs = Math.min(maxMs, gapMs * (1 + JITTER));
  return Math.round(shortestMs + (longestMs - shortestMs) * pace.random);
}

function untilEndMs({ elapsedMs, expectedMs, remainingMs, percent }: Pace): number {
  if (remainingMs !== null) return remainingMs;
  if (percent !== null && percent > 0) return (elapsedMs * (100 - percent)) / percent;
  const overdueMs = elapsedMs - (expectedMs ?? 0);
  return overdueMs < 0 ? -overdueMs : overdueMs / OVERDUE_PER_LOOK;
}

function clamp(value: number, min: number, max: number): number {
  return Math.max(min, Math.min(max, value));
}

const JITTER = 0.1;
const AGE_PER_LOOK = 60;
const OVERDUE_PER_LOOK = 10;
