import type { Wait } from './outcome';

/**
 * The metrics of upwave, by the names under which Prometheus finds them. No label takes more values
 * than there are families, services, operations, clouds and plans: never an instance, nor a rollout.
 */
export const METRICS = {
  upwave_targets_total: {
    kind: 'counter',
    help: 'Targets that ended, by family and outcome; one that ended again after a retry counts twice',
    labels: ['family', 'outcome'],
  },
  upwave_submissions_total: {
    kind: 'counter',
    help: 'Upgrade requests by what the cloud answered',
    labels: ['family', 'answer'],
  },
  upwave_upgrade_duration_seconds: {
    kind: 'histogram',
    help: 'From the request of an upgrade to its verified end',
    labels: ['family', 'result'],
    buckets: [10, 30, 60, 120, 300, 600, 900, 1_200, 1_800, 2_700, 3_600, 7_200, 14_400, 28_800],
  },
  upwave_wait_seconds: {
    kind: 'histogram',
    help: 'How long waves and rollouts had nothing in hand but to wait, by what they waited for',
    labels: ['reason'],
    buckets: [1, 10, 60, 300, 900, 3_600, 14_400, 43_200, 86_400, 259_200, 604_800],
  },
  upwave_notifications_total: {
    kind: 'counter',
    help: 'Notifications by what came of them, for each receiver',
    labels: ['event', 'result'],
  },
  upwave_api_calls_total: {
    kind: 'counter',
    help: 'Calls of the cloud, by HTTP status; notSent: no connection, lost: no answer',
    labels: ['cloud', 'service', 'operation', 'status'],
  },
  upwave_api_throttled_seconds: {
    kind: 'histogram',
    help: "How long calls waited for their turn: by this worker's limits, or stopped by a refusal",
    labels: ['cloud', 'service'],
    buckets: [0.05, 0.25, 1, 2.5, 5, 10, 30, 60, 300, 900],
  },
  upwave_service_stopped: {
    kind: 'gauge',
    help: '1 while this worker makes no calls to a service but to try whether it is well again',
    labels: ['cloud', 'service', 'cause'],
  },
  upwave_worker_ready: {
    kind: 'gauge',
    help: '1 while /readyz would say that this worker takes tasks',
    labels: [],
  },
  upwave_targets_in_flight: {
    kind: 'gauge',
    help: 'Attempts that run, of all rollouts of the task queue; the same from each worker',
    labels: ['family'],
  },
  upwave_rollouts: {
    kind: 'gauge',
    help: 'Rollouts that run, by state; unanswered: could not be asked. The same from each worker',
    labels: ['plan', 'state'],
  },
  upwave_rollouts_waiting: {
    kind: 'gauge',
    help: 'Rollouts by what they wait for. The same from each worker',
    labels: ['plan', 'reason'],
  },
  upwave_rollout_targets: {
    kind: 'gauge',
    help: 'Targets of rollouts that run, by outcome, pending or inFlight. The same from each worker',
    labels: ['plan', 'standing'],
  },
  upwave_budget_used: {
    kind: 'gauge',
    help: 'Outcomes that a failure budget counts, of the rollout and of its wave that runs',
    labels: ['plan', 'scope', 'kind'],
  },
  upwave_budget_limit: {
    kind: 'gauge',
    help: 'How many of them there may be; absent where there is no limit',
    labels: ['plan', 'scope', 'kind'],
  },
} as const satisfies Record<string, Metric>;

export interface Metric {
  readonly kind: 'counter' | 'histogram' | 'gauge';
  readonly help: string;
  readonly labels: readonly string[];
  /** Upper bounds, in seconds. */
  readonly buckets?: readonly number[];
}

export type MetricName = keyof typeof METRICS;

type NameOf<Kind extends Metric['kind']> = {
  [Name in MetricName]: (typeof METRICS)[Name]['kind'] extends Kind ? Name : never;
}[MetricName];

type Labels<Name extends MetricName> = Readonly<
  Record<(typeof METRICS)[Name]['labels'][number], string>
>;

/** One of the series of a metric: for each name its own labels. */
type SeriesOf<Kind extends Metric['kind']> = {
  readonly [Name in NameOf<Kind>]: { readonly name: Name; readonly labels: Labels<Name> };
}[NameOf<Kind>];

/** So much more of something that is counted. */
export type CounterSample = SeriesOf<'counter'> & { readonly add: number };
/** How long something took. */
export type HistogramSample = SeriesOf<'histogram'> & { readonly seconds: number };
/** How something stands. */
export type GaugeSample = SeriesOf<'gauge'> & { readonly value: number };

/**
 * The name without what the exporter adds: `_total` to counters, the unit to histograms. All of
 * ours are in seconds.
 */
export function bareName(name: MetricName): string {
  return name.replace(/_total$|_seconds$/, '');
}

/** What is waited for, as labels say it: a gate that opens by itself needs nobody. */
export function reasonOf({ reason, approval }: Wait): string {
  return approval === true ? 'approval' : reason;
}
