import { metricMeter } from '@temporalio/workflow';
import type { SubmitAnswer } from '../activities/submit';
import type { Ended } from '../rollout/ended';
import { msBetween } from '../rollout/instants';
import { bareName, METRICS, type LabelsOf, type MetricName } from '../rollout/metrics';
import type { AttemptResult, Wait } from '../rollout/outcome';
import type { NotifiedEvent } from '../rollout/receivers';
import type { FamilyName } from '../rollout/upgrade';
import { now } from './time';

/**
 * What workflows count. None of it is counted again when a history is replayed, and none of it is in a
 * history: a workflow that counts more, or less, gives the same commands.
 */

/** Targets that have ended. */
export function countEnded(ended: readonly Ended[]): void {
  for (const { family, outcome } of ended) count('upwave_targets_total', { family, outcome });
}

/** What the cloud said to a request; `notSent`: it never left. */
export function countSubmission(family: FamilyName, answer: SubmitAnswer['state']): void {
  count('upwave_submissions_total', { family, answer });
}

/** An upgrade that has come to its end, well or not; one that was refused has not begun. */
export function recordUpgrade(
  family: FamilyName,
  { result, submittedAt, endedAt }: Pick<AttemptResult, 'result' | 'submittedAt' | 'endedAt'>,
): void {
  const hasRun = result === 'succeeded' || result === 'advanced' || result === 'failed';
  if (submittedAt === null || !hasRun) return;
  recordSeconds('upwave_upgrade_duration_seconds', msBetween(submittedAt, endedAt), {
    family,
    result,
  });
}

/** What was waited for since an instant. Attempts in flight are no waiting. */
export function recordWait(wait: Wait | null, since: string): void {
  if (wait === null || wait.reason === 'inFlight') return;
  const reason = wait.approval === true ? 'approval' : wait.reason;
  recordSeconds('upwave_wait_seconds', msBetween(since, now()), { reason });
}

/** What came of a notification, for one receiver. */
export function countNotification(event: NotifiedEvent, result: 'delivered' | 'failed'): void {
  count('upwave_notifications_total', { event, result });
}

function count<Name extends MetricName>(name: Name, labels: LabelsOf<Name>): void {
  metricMeter.createCounter(bareName(name), undefined, METRICS[name].help).add(1, labels);
}

function recordSeconds<Name extends MetricName>(
  name: Name,
  ms: number,
  labels: LabelsOf<Name>,
): void {
  metricMeter
    .createHistogram(bareName(name), 'float', 'seconds', METRICS[name].help)
    .record(Math.max(0, ms) / 1000, labels);
}
