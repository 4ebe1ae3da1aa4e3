import type { Whereabouts } from '../rollout/clouds';
import {
  BUDGETED,
  type Action,
  type Counts,
  type Outcome,
  type RolloutState,
} from '../rollout/outcome';
import type { BudgetLimits } from '../rollout/frozen-plan';

/** How many targets these waves have. */
export function targetsIn(waves: readonly { readonly targets: readonly unknown[] }[]): number {
  return waves.reduce((sum, { targets }) => sum + targets.length, 0);
}

/** The outcomes in words, in the order in which they are shown. */
export const OUTCOME_WORDS: Readonly<Record<Outcome, string>> = {
  succeeded: 'succeeded',
  upToDate: 'up to date',
  rejected: 'rejected',
  failed: 'failed',
  unknown: 'unknown',
  skipped: 'skipped',
};

/** `3 succeeded, 1 failed, 2 in flight, 4 pending`: what is zero is left out. */
export function countsWords(counts: Counts): string {
  const parts = Object.entries(OUTCOME_WORDS).map(
    ([outcome, word]) => [counts[outcome as Outcome], word] as const,
  );
  const all = [
    ...parts,
    [counts.inFlight, 'in flight'] as const,
    [counts.pending, 'pending'] as const,
  ];
  const said = all.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`);
  return said.length > 0 ? said.join(', ') : 'no targets';
}

/** How many targets have ended. */
export function endedCount(counts: Counts): number {
  return counts.total - counts.pending - counts.inFlight;
}

/** True when every target that ended reached its version. */
export function allWell(counts: Counts): boolean {
  return counts.rejected + counts.failed + counts.unknown + counts.skipped === 0;
}

/** True when nothing more will happen. */
export function hasEnded(state: RolloutState | 'pending'): boolean {
  return state === 'finished' || state === 'aborted';
}

/** `rejected without limit, failed 2, unknown 0`; kinds that are not given are left out. */
export function budgetWords(budget: Partial<BudgetLimits>): string {
  return BUDGETED.filter((kind) => budget[kind] !== undefined)
    .map((kind) => `${kind} ${budget[kind] ?? 'without limit'}`)
    .join(', ');
}

/** An act on a rollout: `budget wave rest by ann (failed 2 to 5): known bad disks`. */
export function actionWords({ action, by, reason, wave, target, change }: Action): string {
  // Rollouts that an older upwave ended tell nothing but action, by and reason.
  const what = [target ?? '', wave ? `wave ${wave}` : ''].filter(Boolean).join(' of ');
  const changed = change ? ` (${change})` : '';
  return `${action}${what && ` ${what}`} by ${by}${changed}${reason ? `: ${reason}` : ''}`;
}

/** `1 target`, `2 targets`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** `2026-11-20 18:04:05 UTC`, from an ISO instant. */
export function instantWords(instant: string | Date): string {
  return `${new Date(instant).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** `1 h 5 min`, `42 s`: the two largest units that matter. */
export function durationWords(durationMs: number): string {
  const seconds = Math.max(0, Math.round(durationMs / 1000));
  const units = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ] as const;
  const first = units.findIndex(([count]) => count > 0);
  if (first < 0) return '0 s';
  return units
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
}

/** A target as people name it: its name where it has one, else its id. */
export function targetWords(target: {
  readonly instanceId: string;
  readonly proxyId: string | null;
  readonly name: string | null;
}): string {
  return target.name ?? target.proxyId ?? target.instanceId;
}

/** A version in words: none read is `unknown`, an empty list of hot patches `none`. */
export function versionWords(version: string | null): string {
  if (version === null) return 'unknown';
  return version === '' ? 'none' : version;
}

/** `running`, `ended`, or Temporal's word for another end of an execution. */
export function executionWord(execution: string): string {
  return execution === 'COMPLETED' ? 'ended' : execution.toLowerCase().replaceAll('_', ' ');
}

/** `project 0483… in cn-north-4`, and by name the clouds that the plan has beside it. */
export function whereWords({ scope, clouds = {} }: Whereabouts): string {
  const place = ({ projectId, region }: { readonly projectId: string; readonly region: string }) =>
    `project ${projectId} in ${region}`;
  return [
    ...(scope === null ? [] : [place(scope)]),
    ...Object.entries(clouds).map(([name, cloud]) => `cloud ${name}: ${place(cloud)}`),
  ].join(', ');
}
