import type { Budget, BudgetLimits } from './frozen-plan';
import { BUDGETED, type Budgeted } from './outcome';

type Used = Readonly<Record<Budgeted, number>>;

/** Which budget is exhausted, and by what. */
export interface Exhaustion {
  readonly of: 'wave' | 'rollout';
  readonly kind: Budgeted;
  readonly used: number;
  readonly limit: number;
}

/** The first kind of outcome of which there are *more* than the limit; null if none. */
export function exhausted(used: Used, limits: BudgetLimits): Budgeted | null {
  return BUDGETED.find((kind) => exceeds(used[kind], limits[kind])) ?? null;
}

/** As {@link exhausted}, with the numbers. */
export function exhaustionOf(
  of: Exhaustion['of'],
  used: Used,
  limits: BudgetLimits,
): Exhaustion | null {
  const kind = exhausted(used, limits);
  const limit = kind === null ? null : limits[kind];
  if (kind === null || limit === null) return null;
  return { of, kind, used: used[kind], limit };
}

/**
 * How many attempts a strict budget still lets begin: as many as could all fail with only the last
 * of them exceeding it. Without `strict`, or without limits, it does not restrict.
 */
export function strictRoom(used: Used, inFlight: number, budget: Budget): number {
  if (!budget.strict) return Infinity;
  const rooms = BUDGETED.map((kind) => {
    const limit = budget[kind];
    return limit === null ? Infinity : limit - used[kind] - inFlight + 1;
  });
  return Math.max(0, Math.min(...rooms));
}

/** The limits after a person has accepted what is used: none is exhausted by that any more. */
export function acknowledge<T extends BudgetLimits>(limits: T, used: Used): T {
  const accepted = BUDGETED.map((kind) => {
    const limit = limits[kind];
    return [kind, limit === null ? null : Math.max(limit, used[kind])] as const;
  });
  return { ...limits, ...Object.fromEntries(accepted) };
}

/** `the wave's budget is exhausted, 3 failed and at most 2 allowed` */
export function spentWords({ of, kind, used, limit }: Exhaustion): string {
  return `the ${of}'s budget is exhausted, ${used} ${kind} and at most ${limit} allowed`;
}

function exceeds(used: number, limit: number | null): boolean {
  return limit !== null && used > limit;
}
