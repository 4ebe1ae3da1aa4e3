import { isBefore } from './instants';
import type { ReasonCode } from './outcome';
import type { AttemptRecord, TargetState, WaveState } from './wave-state';

/**
 * The targets in the order in which they are admitted: that of the plan, but those of a cloud to
 * which access is lost take the places that the other clouds leave, for each of them holds its place
 * for minutes in vain. Null: just that of the plan.
 */
export function inOrder({ targets }: Pick<WaveState, 'targets'>): readonly number[] | null {
  const clouds = byCloud(targets);
  if (clouds.length < 2) return null;
  const lost = new Set(clouds.filter(isLost).flat());
  if (lost.size === 0) return null;
  const indexes = [...targets.keys()];
  const isOfLost = (index: number) => lost.has(targets[index] as TargetState);
  return [...indexes.filter((each) => !isOfLost(each)), ...indexes.filter(isOfLost)];
}

/** Nothing has come back from it since an attempt came back in vain. */
function isLost(targets: readonly TargetState[]): boolean {
  const last = latest(inVain(targets));
  const heard = heardIn(targets);
  return last !== undefined && (heard === '' || isBefore(heard, last.endedAt));
}

/** The targets, those of each cloud together. */
export function byCloud(targets: readonly TargetState[]): readonly (readonly TargetState[])[] {
  const clouds = new Map<string | undefined, TargetState[]>();
  for (const each of targets) {
    const { cloud } = each.target;
    const its = clouds.get(cloud);
    if (its === undefined) clouds.set(cloud, [each]);
    else its.push(each);
  }
  return [...clouds.values()];
}

/** Whether something is left to do. */
export function isOpen({ status }: TargetState): boolean {
  return status !== 'ended';
}

/** The last attempts of targets that are left, as far as they could not use the cloud. */
export function inVain(targets: readonly TargetState[]): readonly AttemptRecord[] {
  return targets
    .filter(isOpen)
    .flatMap(({ attempts }) => attempts.slice(-1))
    .filter(({ reason }) => reason === 'cloudAccess');
}

/** When an attempt last came back that says something; '' for never. */
export function heardIn(targets: readonly TargetState[]): string {
  return targets
    .flatMap(({ attempts }) => attempts)
    .filter(({ reason }) => !SAYS_NOTHING.includes(reason))
    .map(({ endedAt }) => endedAt)
    .reduce(later, '');
}

/** A hold may have come before the cloud was asked, and without a worker nobody asks. */
const SAYS_NOTHING: readonly ReasonCode[] = ['cloudAccess', 'heldBack', 'notSent', 'terminated'];

/** The one that ended last. */
export function latest(records: readonly AttemptRecord[]): AttemptRecord | undefined {
  return records.reduce<AttemptRecord | undefined>(
    (last, each) => (last === undefined || isBefore(last.endedAt, each.endedAt) ? each : last),
    undefined,
  );
}

/** The later of two instants; '' is before all. */
export function later(a: string, b: string): string {
  return a === '' || (b !== '' && isBefore(a, b)) ? b : a;
}
