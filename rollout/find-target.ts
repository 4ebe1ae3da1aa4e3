import { meant } from './did-you-mean';
import type { FrozenPlan, FrozenTarget } from './frozen-plan';
import { fullId, targetId } from './ids';
import type { Target } from './upgrade';
import { splitParts } from './waves';

/** A target and the wave workflow that does it. */
export interface TargetPlace {
  readonly target: FrozenTarget;
  readonly wave: string;
  /** Counts from 1. */
  readonly part: number;
  readonly parts: number;
}

/** The one target that was named, or why there is not exactly one, in words for a person. */
export type FoundTarget =
  | { readonly kind: 'found'; readonly place: TargetPlace }
  | { readonly kind: 'refused'; readonly why: string };

/**
 * Finds a target by its id, else by its name or by the instance of its proxy. What stands for
 * several targets is refused, with the id of each.
 */
export function findTarget(frozen: FrozenPlan, named: string): FoundTarget {
  const places = frozen.waves.flatMap((wave) =>
    splitParts(wave).flatMap(({ targets }, i, all) =>
      targets.map((target) => ({ target, wave: wave.name, part: i + 1, parts: all.length })),
    ),
  );
  const byId = places.filter(({ target }) => isId(target, named));
  const found = byId.length > 0 ? byId : places.filter(({ target }) => isAlias(target, named));
  const [first, second] = found;
  if (first === undefined) return { kind: 'refused', why: missing(frozen, places, named) };
  if (second === undefined) return { kind: 'found', place: first };
  return { kind: 'refused', why: ambiguous(found, named) };
}

function isId(target: Target, named: string): boolean {
  return named === targetId(target) || named === fullId(target);
}

function isAlias({ name, instanceId }: Target, named: string): boolean {
  return named === name || named === instanceId;
}

function missing(frozen: FrozenPlan, places: readonly TargetPlace[], named: string): string {
  if (frozen.unmatched.some((target) => isId(target, named) || isAlias(target, named))) {
    return `no wave matches ${named}: it is not part of the rollout`;
  }
  const words = `the rollout has no target ${named}`;
  if (places.length > COMPARED_AT_MOST) return words;
  const known = places.flatMap(({ target }) => [targetId(target), target.name ?? []].flat());
  const suggestion = meant(named, known);
  return suggestion === null ? words : `${words}: ${suggestion}`;
}

function ambiguous(found: readonly TargetPlace[], named: string): string {
  const ids = new Set(found.map(({ target }) => targetId(target)));
  const shown = found
    .slice(0, SHOWN_AT_MOST)
    .map(({ target, wave }) => `${targetId(target)} (${target.upgrade}, wave ${wave})`);
  const more = found.length > SHOWN_AT_MOST ? `, and ${found.length - SHOWN_AT_MOST} more` : '';
  const advice = ids.size === found.length ? 'say the id of one' : 'they cannot be told apart';
  return `${named} stands for ${found.length} targets: ${shown.join(', ')}${more}; ${advice}`;
}

// The distance to each of 20,000 ids would take seconds, and a person waits.
const COMPARED_AT_MOST = 1_000;
const SHOWN_AT_MOST = 5;
