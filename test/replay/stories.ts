import type { WorkflowHandle } from '@temporalio/client';
import type { rollout } from '../../workflows/rollout';
import * as messages from '../../workflows/messages';
import { planFor } from '../support/plans';
import { freeze, startFrozen, until } from '../support/rollouts';
import type { World } from '../support/world';

/** A rollout whose histories are worth keeping; they are recorded when it has ended. */
export interface Story {
  readonly name: string;
  /** Of a server that asks for continuing as new after so many events; absent: the shared one. */
  readonly continueAsNewAt?: number;
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

const TWO_WAVES = [
  { name: 'first', take: 2, concurrency: 2 },
  { name: 'second', take: 'rest', concurrency: 2 },
];

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
  {
    name: 'gate-approved-and-bake',
    async play(world) {
      const waves = [
        { ...TWO_WAVES[0], bake: { for: '1s', every: '1s' } },
        { ...TWO_WAVES[1], gate: { approval: { expires: '1h' } } },
      ];
      const handle = await world.start(planFor(await world.fleet(), { waves }));
      await until(
        'it waits',
        async () => (await handle.query(messages.status)).state === 'waiting',
      );
      await handle.executeUpdate(messages.approve, { args: [{ ...why, wave: 'second' }] });
      await handle.result();
      return handle;
    },
  },
  {
    name: 'in-parts-with-a-retry',
    async play(world) {
      await onAll(world, 'submit', 'reject', 1);
      const waves = [{ name: 'all', take: 'rest', concurrency: 2 }];
      const frozen = await freeze(world, planFor(await world.fleet(), { waves }));
      const parts = frozen.waves.map((wave) => ({ ...wave, partSize: 2 }));
      const handle = await startFrozen(world, { ...frozen, waves: parts });
      await handle.result();
      return handle;
    },
  },
  {
    name: 'steered',
    async play(world) {
      const handle = await world.start(planFor(await world.fleet(), { waves: TWO_WAVES }));
      await until('an upgrade runs', () => begun(world));
      await handle.executeUpdate(messages.concurrency, {
        args: [{ ...why, wave: 'second', limit: 1 }],
      });
      await handle.executeUpdate(messages.budget, {
        args: [{ ...why, wave: null, limits: { failed: 1 } }],
      });
      await handle.executeUpdate(messages.skip, {
        args: [{ ...why, wave: 'second', target: null }],
      });
      await handle.result();
      return handle;
    },
  },
  {
    name: 'continued-as-new',
    continueAsNewAt: 20,
    play: (world) => playThrough(world, { waves: TWO_WAVES }),
  },
];
