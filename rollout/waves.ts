import type { BudgetLimits, FrozenWave } from './frozen-plan';
import type { Amount } from './plan-fields';
import type { PlanBudget, PlanWave } from './plan-schema';
import type { FamilyName, Target } from './upgrade';

/** What `match` looks at. */
export type Matchable = Pick<Target, 'upgrade' | 'az' | 'labels'>;

/** The names of the plan's upgrades with what they upgrade. */
export type FamilyOf = Readonly<Record<string, { readonly family: FamilyName }>>;

/** What cutting needs to know of a wave. */
export type WaveToCut = Pick<PlanWave, 'match' | 'take'>;

/** The targets of each wave, in the order of the waves, and those that no wave gets. */
export interface Cut<T> {
  readonly waves: readonly (readonly T[])[];
  readonly unmatched: readonly T[];
}

/**
 * Deals the targets out to the waves. Waves are cut in order and each target is taken once, in the
 * order of the plan. A percentage is of *all* targets, rounded down, at least 1; `match` alone takes
 * all that match, and `match` with `take` that many of them. A wave may come out empty.
 */
export function cutWaves<T extends Matchable>(input: {
  readonly targets: readonly T[];
  readonly waves: readonly WaveToCut[];
  readonly upgrades: FamilyOf;
}): Cut<T> {
  const { targets, upgrades } = input;
  const waves: (readonly T[])[] = [];
  let left = targets;
  for (const wave of input.waves) {
    const most = mostOf(wave, targets.length);
    const taken: T[] = [];
    const others: T[] = [];
    for (const target of left) {
      const isTaken = taken.length < most && isMatched(target, wave.match, upgrades);
      (isTaken ? taken : others).push(target);
    }
    waves.push(taken);
    left = others;
  }
  return { waves, unmatched: left };
}

function mostOf({ match, take }: WaveToCut, all: number): number {
  if (take === 'rest') return Infinity;
  if (take === null) return match === null ? 0 : Infinity;
  return Math.max(1, amountOf(take, all));
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

/** What a target has under a key of `match`: `family`, `upgrade` and `az` are its own, else a label. */
export function matchValue(target: Matchable, key: string, upgrades: FamilyOf): string | null {
  switch (key) {
    case 'upgrade':
      return target.upgrade;
    case 'az':
      return target.az;
    case 'family':
      return own(upgrades, target.upgrade)?.family ?? null;
    default:
      return own(target.labels, key) ?? null;
  }
}

// A label or an upgrade may be called `constructor`.
function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

/** The limits of a budget for so many planned targets; percentages are rounded down. */
export function limitsOf(budget: PlanBudget, planned: number): BudgetLimits {
  const limit = (amount: Amount | null) => (amount === null ? null : amountOf(amount, planned));
  return {
    rejected: limit(budget.rejected),
    failed: limit(budget.failed),
    unknown: limit(budget.unknown),
  };
}

// The history of one wave workflow holds at most so many attempts (docs/architecture.md, "Size").
const LARGEST_PART = 500;

/**
 * The parts in which a large wave runs, in order: consecutive targets, each part with the whole
 * wave's rules. A wave without targets is one part without targets.
 */
export function splitParts(wave: FrozenWave, max = LARGEST_PART): readonly FrozenWave[] {
  const parts = Math.max(1, Math.ceil(wave.targets.length / max));
  return Array.from({ length: parts }, (_, part) => ({
    ...wave,
    targets: wave.targets.slice(part * max, (part + 1) * max),
  }));
}
