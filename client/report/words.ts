import type { Report, ReportedTarget } from '../../rollout/report';
import type { BudgetUse } from '../../rollout/report-figures';
import { counted, durationWords, instantWords, OUTCOME_WORDS, versionWords } from '../words';

/** Sentences that every form of the report has. */

/** `22 of 24 targets have their version.` */
export function headline({ counts, plan }: Report): string {
  const { total, succeeded, upToDate } = counts;
  if (total === 0) return `${plan}: the plan is not frozen, there are no targets yet.`;
  const there = succeeded + upToDate;
  if (there < total) return `${there} of ${counted(total, 'target')} have their version.`;
  return total === 1
    ? 'The one target has its version.'
    : `All ${total} targets have their version.`;
}

/** Why the report does not tell the end; null: it does. */
export function partialWords({ partial, counts, endedAt, reportedAt }: Report): string | null {
  if (!partial) return null;
  const open = counts.pending + counts.inFlight;
  const rollout = endedAt === null ? 'the rollout has not ended' : 'not all of it could be read';
  const targets = open > 0 ? `, ${counted(open, 'target')} without outcome` : '';
  return `This report is partial: ${rollout}${targets}. It tells how things stood at ${instantWords(reportedAt)}.`;
}

/** `2026-11-20 18:04:05 UTC, took 1 h 5 min` */
export function timesWords({ startedAt, endedAt, reportedAt }: Report): string {
  const ms = Date.parse(endedAt ?? reportedAt) - Date.parse(startedAt);
  const began = `Started ${instantWords(startedAt)}`;
  if (endedAt === null) return `${began}, running for ${durationWords(ms)}`;
  return `${began}, took ${durationWords(ms)}`;
}

/** How a target stands; `not ended` is told apart. */
export function outcomeWords({ outcome, status }: ReportedTarget): string {
  if (outcome !== null) return OUTCOME_WORDS[outcome];
  return status === 'inFlight' ? 'in flight' : 'pending';
}

/** `2.26.02.001 → 2.26.03.000`; one version where nothing has changed. */
export function versionsWords({ versionBefore, versionAfter }: ReportedTarget): string {
  if (versionAfter === null || versionAfter === versionBefore) return versionWords(versionBefore);
  return `${versionWords(versionBefore)} → ${versionWords(versionAfter)}`;
}

/** Those that have a limit, or were used at all. */
export function tellingBudgets({ budgets }: Report): readonly BudgetUse[] {
  return budgets.filter(({ limit, used }) => limit !== null || used > 0);
}

/** What the counts of calls are, and what they are not. */
export const CALLS_WORDS =
  'Counted from the attempts. Reads of the cloud are shared by targets and rollouts, and counted by the workers alone.';
