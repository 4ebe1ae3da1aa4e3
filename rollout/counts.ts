import { OUTCOMES, type Counts } from './outcome';
import type { TargetState } from './wave-state';

/** A number per outcome and state; the sum of all but `total` is `total`. `pending`: waiting. */
export function countsOf(targets: readonly Pick<TargetState, 'status' | 'end'>[]): Counts {
  const counts = { ...noCounts(), total: targets.length };
  for (const { status, end } of targets) {
    if (end !== null) counts[end.outcome] += 1;
    else if (status === 'inFlight') counts.inFlight += 1;
    else counts.pending += 1;
  }
  return counts;
}

/** The counts of two sets of targets that have none in common. */
export function addCounts(some: Counts, others: Counts): Counts {
  const sum = { ...some };
  for (const key of KEYS) sum[key] += others[key];
  return sum;
}

/** The counts of no targets at all. */
export function noCounts(): Counts {
  return {
    total: 0,
    pending: 0,
    inFlight: 0,
    succeeded: 0,
    upToDate: 0,
    rejected: 0,
    failed: 0,
    unknown: 0,
    skipped: 0,
  };
}

/** How many targets have an outcome. */
export function endedOf(counts: Counts): number {
  return counts.total - counts.pending - counts.inFlight;
}

const KEYS = [...OUTCOMES, 'total', 'pending', 'inFlight'] as const;
