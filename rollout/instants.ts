/**
 * Arithmetic on ISO instants. Nothing here reads a clock. An instant that cannot be read is our
 * mistake, never a person's: these throw, where a comparison with NaN would quietly say no.
 */

// Waves compare instants by the thousand, and in a sandbox each look at a global is slow.
const { parse } = Date;
const { isNaN: isNone } = Number;

/** The instant `ms` after (before, if negative) the given one, in UTC. */
export function addMs(instant: string, ms: number): string {
  return new Date(epochMs(instant) + ms).toISOString();
}

/** From `from` to `to`; negative if `to` comes first. */
export function msBetween(from: string, to: string): number {
  return epochMs(to) - epochMs(from);
}

/** True if `instant` comes strictly before `other`. */
export function isBefore(instant: string, other: string): boolean {
  return epochMs(instant) < epochMs(other);
}

/** The first of the given instants in time, nulls left aside; null if there is none. */
export function earliest(...instants: readonly (string | null)[]): string | null {
  let first: string | null = null;
  for (const instant of instants) {
    if (instant === null) continue;
    if (first === null || isBefore(instant, first)) first = instant;
  }
  return first;
}

function epochMs(instant: string): number {
  const ms = parse(instant);
  if (isNone(ms)) throw new Error(`not an instant: ${instant}`);
  return ms;
}
