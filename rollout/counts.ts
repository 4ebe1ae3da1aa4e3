import type { Counts } from './outcome';
import type { AttemptRecord, TargetState } from './wave-state';

type Countable = Pick<TargetState, 'status' | 'end'>;

/** Lists of targets are replaced, never changed; and one step of a wave asks several times. */
const counted = new WeakMap<readonly Countable[], Counts>();

/** A number per outcome and state; the sum of all but `total` is `total`. `pending`: waiting. */
export function countsOf(targets: readonly Countable[]): Counts {
  const known = counted.get(targets);
  if (known !== undefined) return known;
  const counts = { ...noCounts(), total: targets.length };
  for (const { status, end } of targets) {
    if (end !== null) counts[end.outcome] += 1;
    else if (status === 'inFlight') counts.inFlight += 1;
    else counts.pending += 1;
  }
  counted.set(targets, counts);
  return counts;
}

/** The counts of sets of targets that have none in common. */
export function sumOf(all: readonly Counts[]): Counts {
  const sum = noCounts();
  // Named one by one: a rollout of many waves adds up all of them at each step.
  for (const each of all) {
    sum.total += each.total;
    sum.pending += each.pending;
    sum.inFlight += each.inFlight;
    sum.succeeded += each.succeeded;
    sum.upToDate += each.upToDate;
    sum.rejected += each.rejected;
    sum.failed += each.failed;
    sum.unknown += each.unknown;
    sum.skipped += each.skipped;
  }
  return sum;
}

/** The counts of no targets at all. */
export function noCounts(): Record<keyof Counts, number> {
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

/** How many attempts some records stand for. */
export function attemptCount(records: readonly Pick<AttemptRecord, 'times'>[]): number {
  return records.reduce((sum, { times }) => sum + times, 0);
}
