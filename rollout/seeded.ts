// Asked once for each letter, and in a sandbox each look at a global is slow.
const { imul } = Math;

/**
 * A number from 0 to 1 that a text alone decides: the first one of mulberry32, seeded with the
 * text's 32-bit FNV-1a hash. Whole-number arithmetic only, so it is the same on every platform and
 * in every version of the engine.
 */
export function drawn(text: string): number {
  return mulberry32(fnv1a(text));
}

function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) {
    hash = imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  return hash >>> 0;
}

// FNV alone leaves texts that differ in their last letter close together.
function mulberry32(seed: number): number {
  let mixed = (seed + 0x6d2b79f5) | 0;
  mixed = imul(mixed ^ (mixed >>> 15), mixed | 1);
  mixed ^= mixed + imul(mixed ^ (mixed >>> 7), mixed | 61);
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
}

/**
 * The things in an order that chance chose, by `seed` and each thing's own name: what else is in the
 * list moves nothing, so a target that joins the plan does not deal all others anew.
 */
export function shuffled<T>(
  things: readonly T[],
  seed: string,
  nameOf: (thing: T) => string,
): readonly T[] {
  const draws = things.map((thing, i) => ({ thing, i, at: drawn(`${seed}/${nameOf(thing)}`) }));
  draws.sort((a, b) => a.at - b.at || a.i - b.i);
  return draws.map(({ thing }) => thing);
}
