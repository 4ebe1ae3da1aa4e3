import { approve } from '../../workflows/messages';
import { freePorts } from '../../local/processes';
import { startService } from '../cloud/server';
import { planFor } from './plans';
import { until } from './rollouts';
import type { World } from './world';

/** What a worker exports: the text as Prometheus reads it. */
export interface Scrapes {
  /** While the rollout waits for a person. */
  readonly waiting: string;
  /** When it has ended. */
  readonly ended: string;
  readonly plan: string;
}

/** A series' name and labels, with its value. */
export function valueOf(text: string, name: string, labels: Readonly<Record<string, string>>) {
  const wanted = Object.entries(labels).map(([key, value]) => `${key}="${value}"`);
  const line = text
    .split('\n')
    .find(
      (each) =>
        new RegExp(`^${name}[{ ]`).test(each) && wanted.every((label) => each.includes(label)),
    );
  return line === undefined ? null : Number(line.slice(line.lastIndexOf(' ')));
}

/**
 * A rollout in which everything happens that a metric is for: upgrades, a refusal, a call that the
 * cloud throttles, a gate that waits for a person, a notification. The world needs at least five
 * instances, one of them a cache.
 */
export async function tellMetricsStory(world: World): Promise<Scrapes> {
  const receiver = await startService(() => ({}));
  try {
    const [port] = await freePorts(1, true);
    const address = `127.0.0.1:${port}`;
    await world.startWorker({ UPWAVE_METRICS_ADDRESS: address });
    const rows = await world.fleet();
    const cache = rows.find(({ family }) => family === 'dcs-instance');
    const proxy = rows.find(({ family }) => family === 'taurusdb-proxy');
    await world.setFaults({
      list: [
        { target: cache?.instanceId, on: 'read', fault: '429', times: 1 },
        { target: proxy?.proxyId, on: 'submit', fault: 'reject', times: 1 },
      ],
    });
    const plan = planFor(rows, {
      waves: [
        { name: 'canary', take: 1, budget: { failed: 1 } },
        { name: 'rest', take: 'rest', concurrency: 8, gate: { approval: {} } },
      ],
      budget: { failed: 3 },
      notify: [{ webhook: receiver.url }],
    });
    const handle = await world.start(plan);
    const scrape = async () => (await fetch(`http://${address}/metrics`)).text();
    const shows = (name: string, labels: Readonly<Record<string, string>>, value: number) =>
      until(
        `${name} ${JSON.stringify(labels)} is ${value}`,
        async () => {
          const text = await scrape();
          return valueOf(text, name, labels) === value ? text : null;
        },
        60_000,
      );

    const gate = { plan: plan.name, reason: 'approval' };
    const waiting = await shows('upwave_rollouts_waiting', gate, 1);
    await handle.executeUpdate(approve, { args: [{ by: 'kim', reason: null, wave: 'rest' }] });
    await handle.result();
    await shows('upwave_notifications_total', { event: 'finished' }, 1);
    const ended = await shows('upwave_rollouts', { plan: plan.name, state: 'waiting' }, 0);
    return { waiting, ended, plan: plan.name };
  } finally {
    await receiver.close();
  }
}
