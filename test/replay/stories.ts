import type { WorkflowHandle } from '@temporalio/client';
import type { rollout } from '../../workflows/rollout';
import * as messages from '../../workflows/messages';
import { planFor } from '../support/plans';
import { until } from '../support/rollouts';
import type { World } from '../support/world';

/** A rollout whose histories are worth keeping; they are recorded when it has ended. */
export interface Story {
  readonly name: string;
  /** Plays it to its end. */
  play(world: World): Promise<WorkflowHandle<typeof rollout>>;
}

const why = { by: 'ada', reason: 'a story' };

async function playThrough(world: World, changes = {}) {
  const handle = await world.start(planFor(await world.fleet(), changes));
  await handle.result();
  return handle;
}

async function onAll(world: World, on: string, fault: string, times: number): Promise<void> {
  const fleet = await world.fleet();
  const list = fleet.map(({ instanceId, proxyId }) => ({
    target: proxyId ?? instanceId,
    on,
    fault,
    times,
  }));
  await world.setFaults({ list });
}

async function begun(world: World): Promise<boolean> {
  return (await world.fleet()).some(({ upgradesStarted }) => upgradesStarted > 0);
}

export const STORIES: readonly Story[] = [
  { name: 'straight', play: (world) => playThrough(world) },
  {
    name: 'up-to-date',
    async play(world) {
      await playThrough(world);
      return playThrough(world);
    },
  },
  {
    name: 'refused-then-retried',
    async play(world) {
      await onAll(world, 'submit', 'reject', 1);
      return playThrough(world);
    },
  },
  {
    name: 'failed-then-retried',
    async play(world) {
      await onAll(world, 'job', 'fail', 1);
      return playThrough(world);
    },
  },
  {
    name: 'answer-lost',
    async play(world) {
      await onAll(world, 'submit', 'lostAfter', 1);
      return playThrough(world);
    },
  },
  {
    name: 'request-lost',
    async play(world) {
      await onAll(world, 'submit', 'lostBefore', 1);
      return playThrough(world);
    },
  },
  {
    name: 'paused-and-resumed',
    async play(world) {
      const waves = [{ name: 'all', take: 'rest', concurrency: 1 }];
      const handle = await world.start(planFor(await world.fleet(), { waves }));
      await until('an upgrade runs', () => begun(world));
      await handle.executeUpdate(messages.pause, { args: [why] });
      await handle.executeUpdate(messages.resume, { args: [why] });
      await handle.result();
      return handle;
    },
  },
  {
    name: 'aborted',
    async play(world) {
      const waves = [{ name: 'all', take: 'rest', concurrency: 1 }];
      const handle = await world.start(planFor(await world.fleet(), { waves }));
      await until('an upgrade runs', () => begun(world));
      await handle.executeUpdate(messages.abort, { args: [why] });
      await handle.result();
      return handle;
    },
  },
  {
    name: 'budget-exhausted',
    async play(world) {
      await onAll(world, 'submit', 'reject', 9);
      const handle = await world.start(
        planFor(await world.fleet(), {
          waves: [{ name: 'all', take: 'rest', budget: { rejected: 0 } }],
          recovery: {
            rejected: { retries: 0, after: '1s' },
            unknown: { reconcileFor: '9s', settleFor: '2s' },
          },
        }),
      );
      await until(
        'it waits',
        async () => (await handle.query(messages.status)).state === 'waiting',
      );
      await handle.executeUpdate(messages.abort, { args: [why] });
      await handle.result();
      return handle;
    },
  },
];
