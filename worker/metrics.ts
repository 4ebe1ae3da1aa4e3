import type { MetricMeter } from '@temporalio/common';
import type { InjectedSinks, MetricsExporterConfig } from '@temporalio/worker';
import type { BrakeCause } from '../cloud/brake';
import type { Meter } from '../cloud/meter';
import { bareName, METRICS } from '../rollout/metrics';
import type { CounterSample, GaugeSample, HistogramSample, MetricName } from '../rollout/metrics';
import { OUTCOMES } from '../rollout/outcome';
import { NOTIFIED } from '../rollout/receivers';
import { FAMILIES } from '../rollout/upgrade';
import type { MetricSinks } from '../workflows/metrics';

/** One endpoint for the SDK's own metrics and for ours; undefined: none. */
export function metricsExporter(address: string | null): MetricsExporterConfig | undefined {
  if (address === null) return undefined;
  return {
    attachServiceName: false,
    prometheus: {
      bindAddress: address,
      // As Prometheus wants names to be: `_total`, `_seconds`.
      countersTotalSuffix: true,
      unitSuffix: true,
      useSecondsForDurations: true,
      histogramBucketOverrides: bucketsByName(),
    },
  };
}

function bucketsByName(): Record<string, number[]> {
  const names = Object.keys(METRICS) as MetricName[];
  return Object.fromEntries(
    names.flatMap((name) => {
      const metric = METRICS[name];
      return 'buckets' in metric ? [[bareName(name), [...metric.buckets]] as const] : [];
    }),
  );
}

/** Where this process counts. */
export interface Recorder {
  readonly count: (sample: CounterSample) => void;
  readonly record: (sample: HistogramSample) => void;
  readonly set: (sample: GaugeSample) => void;
}

/** Records by the meter of the SDK's runtime. */
export function createRecorder(meter: MetricMeter): Recorder {
  const help = (name: MetricName) => METRICS[name].help;
  const counterOf = remembered((name) =>
    meter.createCounter(bareName(name), undefined, help(name)),
  );
  const histogramOf = remembered((name) =>
    meter.createHistogram(bareName(name), 'float', 'seconds', help(name)),
  );
  const gaugeOf = remembered((name) =>
    meter.createGauge(bareName(name), 'float', undefined, help(name)),
  );
  return {
    count: ({ name, labels, add }) => counterOf(name).add(add, labels),
    record: ({ name, labels, seconds }) => histogramOf(name).record(seconds, labels),
    set: ({ name, labels, value }) => gaugeOf(name).set(value, labels),
  };
}

/** To make one costs a call into native code. */
function remembered<T>(create: (name: MetricName) => T): (name: MetricName) => T {
  const known = new Map<MetricName, T>();
  return (name) => {
    const found = known.get(name) ?? create(name);
    known.set(name, found);
    return found;
  };
}

/**
 * Begins at zero what alerts look at for growth: from a series that is not there until something has
 * happened, Prometheus cannot see that it grew.
 */
export function beginAtZero({ count }: Recorder): void {
  for (const family of FAMILIES) {
    for (const outcome of OUTCOMES) {
      count({ name: 'upwave_targets_total', labels: { family, outcome }, add: 0 });
    }
    for (const answer of ['accepted', 'rejected', 'unknown', 'notSent']) {
      count({ name: 'upwave_submissions_total', labels: { family, answer }, add: 0 });
    }
  }
  for (const event of NOTIFIED) {
    for (const result of ['delivered', 'failed']) {
      count({ name: 'upwave_notifications_total', labels: { event, result }, add: 0 });
    }
  }
}

/** Takes from workflows what they count, but not when they are replayed. */
export function metricSinks({ count, record }: Recorder): InjectedSinks<MetricSinks> {
  return {
    upwaveMetrics: {
      count: { fn: (_workflow, sample) => count(sample), callDuringReplay: false },
      record: { fn: (_workflow, sample) => record(sample), callDuringReplay: false },
    },
  };
}

const CAUSES = ['key', 'permission', 'throttled', 'unreachable'] as const satisfies BrakeCause[];

/** Counts the calls of one cloud, under a name that `docs/operations.md` explains. */
export function createCloudMeter({ count, record, set }: Recorder, cloud: string): Meter {
  return {
    called: ({ service, operation, status }) =>
      count({
        name: 'upwave_api_calls_total',
        labels: { cloud, service, operation, status: String(status) },
        add: 1,
      }),
    waited: (service, ms) =>
      record({
        name: 'upwave_api_throttled_seconds',
        labels: { cloud, service },
        seconds: Math.max(0, ms) / 1000,
      }),
    stopped: (service, cause) => {
      for (const each of CAUSES) {
        const labels = { cloud, service, cause: each };
        set({ name: 'upwave_service_stopped', labels, value: each === cause ? 1 : 0 });
      }
    },
  };
}
