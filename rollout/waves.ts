import type { Budget, FrozenWave, LabelLimit } from './frozen-plan';
import type { Amount } from './plan-fields';
import type { PlanBudget } from './plan-schema';
import type { PlanWave } from './plan-wave-schema';
import { shuffled } from './seeded';
import type { FamilyName, Target } from './upgrade';

/** What `match` looks at. */
export type Matchable = Pick<Target, 'upgrade' | 'cloud' | 'az' | 'labels'>;

/** What cutting looks at. */
export interface Cuttable extends Matchable, Pick<Target, 'instanceId' | 'proxyId'> {
  /** The version now; null or absent when it is not known. */
  readonly versionAtPlan?: string | null;
}

/** The names of the plan's upgrades with what they upgrade. */
export type FamilyOf = Readonly<Record<string, { readonly family: FamilyName }>>;

/** What cutting needs to know of a wave. */
export type WaveToCut = Pick<PlanWave, 'name' | 'match' | 'take' | 'order'>;

/** The targets of each wave, in the order of the waves, and those that no wave gets. */
export interface Cut<T> {
  readonly waves: readonly (readonly T[])[];
  readonly unmatched: readonly T[];
}

/**
 * Deals the targets out to the waves. Waves are cut in order and each target is taken once, in the
 * order of the plan or, on request, in one that `seed` and the wave's name choose. A percentage is of
 * *all* targets, rounded down, at least 1; `perStratum` is of each combination of values among those
 * left that match; `match` alone takes all that match, and `match` with `take` so many of them. A
 * wave may come out empty.
 */
export function cutWaves<T extends Cuttable>(input: {
  readonly targets: readonly T[];
  readonly waves: readonly WaveToCut[];
  readonly upgrades: FamilyOf;
  readonly seed: string;
}): Cut<T> {
  const { targets, upgrades, seed } = input;
  const waves: (readonly T[])[] = [];
  let left = targets;
  for (const wave of input.waves) {
    const matched = left.filter((target) => isMatched(target, wave.match, upgrades));
    const inOrder =
      wave.order === 'random' ? shuffled(matched, `${seed}/${wave.name}`, placeName) : matched;
    const own = taken(inOrder, wave, { all: targets.length, upgrades });
    waves.push(own);
    if (own.length === 0) continue;
    const gone = new Set(own);
    left = left.filter((target) => !gone.has(target));
  }
  return { waves, unmatched: left };
}

/** What a plan's random choices are made from: its seed, else its name. */
export function seedOf(plan: { readonly name: string; readonly seed: string | null }): string {
  return plan.seed ?? plan.name;
}

/** Instance and proxy, however their ids are written. */
export function placeName({ instanceId, proxyId }: Pick<Target, 'instanceId' | 'proxyId'>): string {
  return `${instanceId}/${proxyId ?? ''}`.toLowerCase();
}

function taken<T extends Cuttable>(
  inOrder: readonly T[],
  { match, take }: WaveToCut,
  given: { readonly all: number; readonly upgrades: FamilyOf },
): readonly T[] {
  if (take === 'rest') return inOrder;
  if (take === null) return match === null ? [] : inOrder;
  if (!('perStratum' in take)) return inOrder.slice(0, Math.max(1, amountOf(take, given.all)));

  const counts = new Map<string, number>();
  return inOrder.filter((target) => {
    const values = take.by.map((key) => stratumValue(target, key, given.upgrades));
    const stratum = JSON.stringify(values);
    const count = (counts.get(stratum) ?? 0) + 1;
    counts.set(stratum, count);
    return count <= take.perStratum;
  });
}

/** What a target has under a key of `by`: as under a key of `match`, and `version` is the one now. */
export function stratumValue(target: Cuttable, key: string, upgrades: FamilyOf): string | null {
  if (key === 'version') return target.versionAtPlan ?? null;
  return matchValue(target, key, upgrades);
}

/** A count, or a percentage of `all` rounded down. */
export function amountOf(amount: Amount, all: number): number {
  if ('count' in amount) return amount.count;
  // In whole hundredths: 4.1 % of 1000 is 41, but 0.041 * 1000 is a hair less.
  return Math.floor((Math.round(amount.percent * 100) * all) / 10_000);
}

/** Whether a target has, for every key of `match`, one of its values. */
function isMatched(target: Matchable, match: PlanWave['match'], upgrades: FamilyOf): boolean {
  return Object.entries(match ?? {}).every(([key, values]) => {
    const value = matchValue(target, key, upgrades);
    return value !== null && values.includes(value);
  });
}

/** What a target has under a key of `match`: `family`, `upgrade`, `az` and `cloud` are its own, else a label. */
export function matchValue(target: Matchable, key: string, upgrades: FamilyOf): string | null {
  switch (key) {
    case 'upgrade':
      return target.upgrade;
    case 'az':
      return target.az;
    case 'cloud':
      // A plan without clouds may have a label of that name.
      return target.cloud ?? own(target.labels, key) ?? null;
    case 'family':
      return own(upgrades, target.upgrade)?.family ?? null;
    default:
      return own(target.labels, key) ?? null;
  }
}

/** Of which value a limit counts the target; null: it does not count it. */
export function limitedValue(
  { label, value }: LabelLimit,
  target: Matchable,
  upgrades: FamilyOf,
): string | null {
  const its = matchValue(target, label, upgrades);
  return value === undefined || value === its ? its : null;
}

// A label or an upgrade may be called `constructor`.
function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

/** The limits of a budget for so many planned targets; percentages are rounded down. */
export function limitsOf(budget: PlanBudget, planned: number): Budget {
  const limit = (amount: Amount | null) => (amount === null ? null : amountOf(amount, planned));
  return {
    rejected: limit(budget.rejected),
    failed: limit(budget.failed),
    unknown: limit(budget.unknown),
    strict: budget.strict,
  };
}

// The history of one wave workflow holds at most so many attempts (docs/architecture.md, "Size").
export const LARGEST_PART = 500;

/**
 * The parts in which a large wave runs, in order: consecutive targets, each part with the whole
 * wave's rules. A wave without targets is one part without targets.
 */
export function splitParts(wave: FrozenWave): readonly FrozenWave[] {
  const { partSize: max } = wave;
  const parts = Math.max(1, Math.ceil(wave.targets.length / max));
  return Array.from({ length: parts }, (_, part) => ({
    ...wave,
    targets: wave.targets.slice(part * max, (part + 1) * max),
  }));
}
