import type { FrozenPlan } from './frozen-plan';
import { targetKey } from './ids';
import type { Report, ReportedTarget } from './report';

/** What is left of a frozen plan, or why it cannot be retried, in words for a person. */
export type Retry =
  | { readonly kind: 'plan'; readonly plan: FrozenPlan }
  | { readonly kind: 'refused'; readonly why: string };

/**
 * The same frozen plan with just the targets that did not succeed, in the same waves and order;
 * waves that would be empty are left out. Budgets stay the numbers that they are: they were cut for
 * all targets, and bear as many failures once more.
 */
export function retryPlan(frozen: FrozenPlan, report: Pick<Report, 'endedAt' | 'targets'>): Retry {
  if (report.endedAt === null) return { kind: 'refused', why: 'the rollout has not ended' };

  const done = new Set(report.targets.filter(isGood).map(targetKey));
  const waves = frozen.waves
    .map((wave) => ({
      ...wave,
      targets: wave.targets.filter((each) => !done.has(targetKey(each))),
    }))
    .filter(({ targets }) => targets.length > 0);
  if (waves.length === 0) {
    return { kind: 'refused', why: 'nothing to retry: every target succeeded or is up to date' };
  }
  return { kind: 'plan', plan: { ...frozen, waves } };
}

function isGood({ outcome }: ReportedTarget): boolean {
  return outcome === 'succeeded' || outcome === 'upToDate';
}
