import type { BudgetLimits } from './frozen-plan';
import { BUDGETED, type Budgeted, type Counts } from './outcome';

/** The first kind of outcome of which there are *more* than the limit; null if none. */
export function exhausted(counts: Pick<Counts, Budgeted>, limits: BudgetLimits): Budgeted | null {
  return BUDGETED.find((kind) => exceeds(counts[kind], limits[kind])) ?? null;
}

/** Which budget is exhausted, and by what. */
export interface Exhaustion {
  readonly of: 'wave' | 'rollout';
  readonly kind: Budgeted;
  readonly used: number;
  readonly limit: number;
}

/**
 * A wave may not begin anything once its own budget *or* what is left of the rollout's is exhausted.
 * `counts` are the wave's.
 */
export function exhaustion(input: {
  readonly counts: Pick<Counts, Budgeted>;
  readonly wave: BudgetLimits;
  readonly rollout: BudgetLimits;
}): Exhaustion | null {
  const { counts, wave, rollout } = input;
  return exhaustionOf('wave', counts, wave) ?? exhaustionOf('rollout', counts, rollout);
}

/**
 * What is left of a rollout's budget for its next wave. Never below 0, so what was used too much is
 * not seen in it: whether a budget *is* exhausted must be asked before the next wave begins.
 */
export function remaining(limits: BudgetLimits, used: Pick<Counts, Budgeted>): BudgetLimits {
  return mapLimits(limits, (limit, kind) => Math.max(0, limit - used[kind]));
}

/** The limits after a person has accepted what is used: none is exhausted by that any more. */
export function acknowledge(limits: BudgetLimits, used: Pick<Counts, Budgeted>): BudgetLimits {
  return mapLimits(limits, (limit, kind) => Math.max(limit, used[kind]));
}

function exhaustionOf(
  of: Exhaustion['of'],
  counts: Pick<Counts, Budgeted>,
  limits: BudgetLimits,
): Exhaustion | null {
  const kind = exhausted(counts, limits);
  const limit = kind === null ? null : limits[kind];
  if (kind === null || limit === null) return null;
  return { of, kind, used: counts[kind], limit };
}

function exceeds(used: number, limit: number | null): boolean {
  return limit !== null && used > limit;
}

function mapLimits(
  limits: BudgetLimits,
  change: (limit: number, kind: Budgeted) => number,
): BudgetLimits {
  const of = (kind: Budgeted) => {
    const limit = limits[kind];
    return limit === null ? null : change(limit, kind);
  };
  return { rejected: of('rejected'), failed: of('failed'), unknown: of('unknown') };
}
