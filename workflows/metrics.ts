import { proxySinks, workflowInfo, type Sinks } from '@temporalio/workflow';
import type { SubmitAnswer } from '../activities/submit';
import type { Ended } from '../rollout/ended';
import { msBetween } from '../rollout/instants';
import { reasonOf, type CounterSample, type HistogramSample } from '../rollout/metrics';
import type { AttemptResult, Wait } from '../rollout/outcome';
import type { NotifiedEvent } from '../rollout/receivers';
import type { FamilyName } from '../rollout/upgrade';
import { now } from './time';

/**
 * What workflows count. The worker takes it from them, and not when it replays: so nothing is counted
 * twice. None of it is in a history: a workflow that counts more, or less, gives the same commands.
 * The SDK's `metricMeter` would give each series labels that we do not want.
 */
export interface MetricSinks extends Sinks {
  readonly upwaveMetrics: {
    count(sample: CounterSample): void;
    record(sample: HistogramSample): void;
  };
}

const { upwaveMetrics } = proxySinks<MetricSinks>();

/** Targets that have ended. */
export function countEnded(ended: readonly Ended[]): void {
  for (const { family, outcome } of ended) {
    count({ name: 'upwave_targets_total', labels: { family, outcome }, add: 1 });
  }
}

/** What the cloud said to a request; `notSent`: it never left. */
export function countSubmission(family: FamilyName, answer: SubmitAnswer['state']): void {
  count({ name: 'upwave_submissions_total', labels: { family, answer }, add: 1 });
}

/** An upgrade that has come to its end, well or not; one that was refused has not begun. */
export function recordUpgrade(
  family: FamilyName,
  { result, submittedAt, endedAt }: Pick<AttemptResult, 'result' | 'submittedAt' | 'endedAt'>,
): void {
  const hasRun = result === 'succeeded' || result === 'advanced' || result === 'failed';
  if (submittedAt === null || !hasRun) return;
  const seconds = secondsBetween(submittedAt, endedAt);
  const labels = { family, result };
  record({ name: 'upwave_upgrade_duration_seconds', labels, seconds });
}

/** What was waited for since an instant. Attempts in flight are no waiting. */
export function recordWait(wait: Wait | null, since: string): void {
  if (wait === null || wait.reason === 'inFlight') return;
  const seconds = secondsBetween(since, now());
  record({ name: 'upwave_wait_seconds', labels: { reason: reasonOf(wait) }, seconds });
}

/** What came of a notification, for one receiver. */
export function countNotification(event: NotifiedEvent, result: 'delivered' | 'failed'): void {
  count({ name: 'upwave_notifications_total', labels: { event, result }, add: 1 });
}

// Replays of single histories have no such sinks, and would complain.
function count(sample: CounterSample): void {
  if (!workflowInfo().unsafe.isReplaying) upwaveMetrics.count(sample);
}

function record(sample: HistogramSample): void {
  if (!workflowInfo().unsafe.isReplaying) upwaveMetrics.record(sample);
}

function secondsBetween(from: string, to: string): number {
  return Math.max(0, msBetween(from, to)) / 1000;
}
