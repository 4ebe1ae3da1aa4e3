/**
 * How long a list of upgrades takes on so many places when the next in the list begins at the very
 * instant at which a place is free. `places` is at least 1.
 */
export function listMakespan(durations: readonly number[], places: number): number {
  const freeAt = Array.from({ length: places }, () => 0);
  for (const duration of durations) {
    const first = freeAt.indexOf(Math.min(...freeAt));
    freeAt[first] = (freeAt[first] ?? 0) + duration;
  }
  return Math.max(...freeAt);
}

/** The same, for one who knows all durations beforehand and takes the longest first. */
export function longestFirstMakespan(durations: readonly number[], places: number): number {
  return listMakespan(
    [...durations].sort((one, other) => other - one),
    places,
  );
}

/** No order of any kind can be faster than this. */
export function shortestMakespan(durations: readonly number[], places: number): number {
  const sum = durations.reduce((total, each) => total + each, 0);
  return Math.max(sum / places, ...durations);
}

/** The middle one; of an even number the mean of the two. NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const half = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(half) - 1], sorted[Math.floor(half)]];
  return low === undefined || high === undefined ? NaN : (low + high) / 2;
}
