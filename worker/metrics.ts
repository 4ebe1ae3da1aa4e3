import type { MetricMeter } from '@temporalio/common';
import type { MetricsExporterConfig } from '@temporalio/worker';
import type { BrakeCause } from '../cloud/brake';
import type { Meter } from '../cloud/meter';
import type { Sample } from '../rollout/gauges';
import { bareName, METRICS } from '../rollout/metrics';
import type { LabelsOf, MetricName } from '../rollout/metrics';

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

export type SetGauge = (sample: Sample) => void;

/** The gauges of this process. */
export function createGauges(meter: MetricMeter): SetGauge {
  return ({ name, labels, value }) =>
    meter.createGauge(bareName(name), 'float', undefined, METRICS[name].help).set(value, labels);
}

const CAUSES = ['key', 'permission', 'throttled', 'unreachable'] as const satisfies BrakeCause[];

/** Counts the calls of one cloud, under a name that `docs/operations.md` explains. */
export function createCloudMeter(meter: MetricMeter, cloud: string): Meter {
  const help = (name: MetricName) => METRICS[name].help;
  const calls = meter.createCounter(
    bareName('upwave_api_calls_total'),
    undefined,
    help('upwave_api_calls_total'),
  );
  const waits = meter.createHistogram(
    bareName('upwave_api_throttled_seconds'),
    'float',
    'seconds',
    help('upwave_api_throttled_seconds'),
  );
  const setGauge = createGauges(meter);
  return {
    called: ({ service, operation, status }) =>
      calls.add(1, {
        cloud,
        service,
        operation,
        status: String(status),
      } satisfies LabelsOf<'upwave_api_calls_total'>),
    waited: (service, ms) =>
      waits.record(Math.max(0, ms) / 1000, {
        cloud,
        service,
      } satisfies LabelsOf<'upwave_api_throttled_seconds'>),
    stopped: (service, cause) => {
      for (const each of CAUSES) {
        const labels = { cloud, service, cause: each };
        const value = each === cause ? 1 : 0;
        setGauge({ name: 'upwave_service_stopped', labels, value });
      }
    },
  };
}
