import { exhausted } from './budget';
import { attemptCount } from './counts';
import { tenths, upgradeEndedAt } from './expected';
import type { Budget, BudgetLimits, FrozenPlan } from './frozen-plan';
import { isBefore, msBetween } from './instants';
import { BUDGETED, type Budgeted, type Counts } from './outcome';
import type { ReportedAttempt, ReportedTarget } from './report';
import { FAMILIES, type FamilyName } from './upgrade';

/** The figures of a report: everything that is counted or measured from what it lists. */

/** How much of one limit was used. */
export interface BudgetUse {
  /** Null: over the whole rollout. */
  readonly wave: string | null;
  readonly kind: Budgeted;
  readonly used: number;
  /** As it was at last; null: none. */
  readonly limit: number | null;
  readonly exhausted: boolean;
}

/** How long the upgrades of a family took that went well, from their request to the end that was seen. */
export interface FamilyDurations {
  readonly family: FamilyName;
  /** How many were measured; each step of an upgrade in steps is one. */
  readonly upgrades: number;
  readonly medianMs: number;
  /** Nine in ten took no longer. */
  readonly p90Ms: number;
  readonly longestMs: number;
}

/** What was done for the targets of a family, as their attempts tell it. */
export interface FamilyCalls {
  readonly family: FamilyName;
  readonly attempts: number;
  /** Upgrades that were asked for, whatever the answer. Instances may share a call. */
  readonly submissions: number;
  /** Calls of the plan's hooks, undos included, all tries of one together. */
  readonly hooks: number;
}

/** A stretch of time in which attempts might begin, half-open. */
export interface OpenWindow {
  readonly from: string;
  readonly to: string;
}

/** The use of each budget: first the whole rollout's, then each wave's. */
export function budgetUses(
  rollout: { readonly budget: Budget; readonly counts: Counts },
  waves: readonly { readonly name: string; readonly budget: Budget; readonly counts: Counts }[],
): readonly BudgetUse[] {
  const all = [{ name: null, ...rollout }, ...waves];
  return all.flatMap(({ name, budget, counts }) =>
    BUDGETED.map((kind) => {
      const only: BudgetLimits = { ...NONE, [kind]: budget[kind] };
      const isExhausted = exhausted(counts, only) !== null;
      return {
        wave: name,
        kind,
        used: counts[kind],
        limit: budget[kind],
        exhausted: isExhausted,
      };
    }),
  );
}

const NONE: BudgetLimits = { rejected: null, failed: null, unknown: null };

/** Families of which nothing has gone well are left out. */
export function familyDurations(targets: readonly ReportedTarget[]): readonly FamilyDurations[] {
  return FAMILIES.flatMap((family) => {
    const inOrder = targets
      .filter((target) => target.family === family)
      .flatMap(({ attempts }) => attempts)
      .flatMap((attempt) => upgradeMs(attempt) ?? [])
      .sort((a, b) => a - b);
    const longestMs = inOrder.at(-1);
    if (longestMs === undefined) return [];
    const [medianMs, p90Ms] = [tenths(inOrder, 5) ?? 0, tenths(inOrder, 9) ?? 0];
    return [{ family, upgrades: inOrder.length, medianMs, p90Ms, longestMs }];
  });
}

function upgradeMs(attempt: ReportedAttempt): number | null {
  const { result, submittedAt } = attempt;
  if (submittedAt === null || (result !== 'succeeded' && result !== 'advanced')) return null;
  return msBetween(submittedAt, upgradeEndedAt(attempt));
}

/** Families without targets are left out. */
export function familyCalls(targets: readonly ReportedTarget[]): readonly FamilyCalls[] {
  return FAMILIES.flatMap((family) => {
    const own = targets.filter((target) => target.family === family);
    if (own.length === 0) return [];
    const attempts = own.flatMap((target) => target.attempts);
    return [
      {
        family,
        attempts: attemptCount(attempts),
        submissions: attempts.filter(({ submittedAt }) => submittedAt !== null).length,
        hooks: attempts.reduce((sum, { hooks }) => sum + hooks.length, 0),
      },
    ];
  });
}

/** The openings that reach into the time of a rollout; null: its plan has no windows. */
export function openWindows(
  frozen: FrozenPlan | null,
  { from, to }: OpenWindow,
): readonly OpenWindow[] | null {
  const openings = frozen?.rules.openings ?? null;
  if (openings === null) return null;
  return openings.spans.filter((span) => isBefore(from, span.to) && isBefore(span.from, to));
}
