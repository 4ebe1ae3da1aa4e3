import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { METRICS } from '../../rollout/metrics';
import { FAMILIES } from '../../rollout/upgrade';
import {
  alertQueries,
  dashboardQueries,
  labelsOf,
  seriesIn,
  seriesOf,
} from '../support/metric-texts';
import { tellMetricsStory, valueOf, type Scrapes } from '../support/metrics-story';
import type { JournalLine, World } from '../support/world';
import { startWorld } from '../support/world';

let world: World;
let scrapes: Scrapes;
let journal: readonly JournalLine[];

beforeAll(async () => {
  world = await startWorld({ size: 8, set: { duration: '1s' } });
  scrapes = await tellMetricsStory(world);
  journal = await world.journal();
}, 180_000);
afterAll(() => world.stop());

function sumOf(text: string, series: string): number {
  const lines = text.split('\n').filter((line) => line.startsWith(`${series}{`));
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}

test.each(Object.entries(METRICS))(
  '%s is exported, with its labels and no others',
  (name, metric) => {
    const both = `${scrapes.waiting}\n${scrapes.ended}`;

    expect(both).toContain(`# TYPE ${name} ${metric.kind}\n`);
    expect(both).toContain(`# HELP ${name} ${metric.help}\n`);
    expect(labelsOf(both, name)).toEqual(new Set([[...metric.labels].sort().join()]));
  },
);

test.each([...alertQueries(), ...dashboardQueries()])(
  'what "$at" asks for is exported: $expr',
  (query) => {
    const exported = seriesOf(`${scrapes.waiting}\n${scrapes.ended}`);

    const missing = seriesIn(query).filter((series) => !exported.has(series));

    expect(seriesIn(query)).not.toEqual([]);
    expect(missing).toEqual([]);
  },
);

test('every metric of ours is on the dashboard', () => {
  const asked = dashboardQueries().flatMap(seriesIn);

  const missing = Object.keys(METRICS).filter(
    (name) => !asked.some((series) => series.replace(/_(bucket|sum|count)$/, '') === name),
  );

  expect(missing).toEqual([]);
});

test('each metric has its row in the documents', () => {
  const text = readFileSync(join(__dirname, '..', '..', 'docs', 'operations.md'), 'utf8');

  const missing = Object.entries(METRICS).filter(
    ([name, { labels }]) =>
      !text.includes(`| \`${name}\``) || !labels.every((l) => text.includes(`\`${l}\``)),
  );

  expect(missing.map(([name]) => name)).toEqual([]);
});

test('what ended and what was sent, counted once', () => {
  const { ended } = scrapes;

  expect(sumOf(ended, 'upwave_targets_total')).toBe(8);
  for (const family of FAMILIES) {
    expect(valueOf(ended, 'upwave_targets_total', { family, outcome: 'succeeded' })).toBe(2);
    expect(valueOf(ended, 'upwave_submissions_total', { family, answer: 'accepted' })).toBe(2);
    const labels = { family, result: 'succeeded' };
    expect(valueOf(ended, 'upwave_upgrade_duration_seconds_count', labels)).toBe(2);
  }
  const rejected = { family: 'taurusdb-proxy', answer: 'rejected' };
  expect(valueOf(ended, 'upwave_submissions_total', rejected)).toBe(1);
});

test('every call that the cloud has in its journal, by its status', () => {
  const { ended } = scrapes;
  const calls = journal.filter(({ method }) => method !== null);

  expect(sumOf(ended, 'upwave_api_calls_total')).toBe(calls.length);
  const throttled = ended
    .split('\n')
    .filter((line) => line.startsWith('upwave_api_calls_total') && line.includes('"429"'));
  expect(throttled).toHaveLength(1);
  expect(throttled[0]).toMatch(/operation="reading the versions",service="dcs",status="429"} 1$/);
});

test('what waits for a person, and that it does not any more', () => {
  const { waiting, ended, plan } = scrapes;
  const approval = { plan, reason: 'approval' };

  expect(valueOf(waiting, 'upwave_rollouts_waiting', approval)).toBe(1);
  expect(valueOf(waiting, 'upwave_rollouts', { plan, state: 'waiting' })).toBe(1);
  expect(valueOf(waiting, 'upwave_rollout_targets', { plan, standing: 'succeeded' })).toBe(1);
  expect(valueOf(waiting, 'upwave_rollout_targets', { plan, standing: 'pending' })).toBe(7);
  const failed = { plan, scope: 'rollout', kind: 'failed' };
  expect(valueOf(waiting, 'upwave_budget_limit', failed)).toBe(3);
  expect(valueOf(ended, 'upwave_rollouts_waiting', approval)).toBe(0);
  expect(valueOf(ended, 'upwave_rollout_targets', { plan, standing: 'succeeded' })).toBe(0);
  expect(valueOf(ended, 'upwave_wait_seconds_count', { reason: 'approval' })).toBe(1);
});

test('no instance, no rollout and no secret is in it', async () => {
  const { waiting, ended } = scrapes;
  const fleet = await world.fleet();
  const ours = `${waiting}\n${ended}`.split('\n').filter((line) => line.startsWith('upwave_'));

  const told = fleet
    .flatMap(({ instanceId, proxyId }) => [instanceId, proxyId])
    .concat('rollout/', world.access.ak, world.access.sk)
    .filter((text) => text !== null && ours.some((line) => line.includes(text)));

  expect(told).toEqual([]);
});
