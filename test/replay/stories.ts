import type { WorkflowHandle } from '@temporalio/client';
import type { discover } from '../../workflows/discover';
import type { rollout } from '../../workflows/rollout';
import * as messages from '../../workflows/messages';
import type { FamilyName } from '../../rollout/upgrade';
import { startService } from '../cloud/server';
import { aSearch } from '../rollout/fleet.builder';
import { planFor } from '../support/plans';
import { freeze, startFrozen, until } from '../support/rollouts';
import type { World } from '../support/world';

/** A rollout whose histories are worth keeping; they are recorded when it has ended. */
export interface Story {
  readonly name: string;
  /** Of a server that asks for continuing as new after so many events; absent: the shared one. */
  readonly continueAsNewAt?: number;
  /** Settings of its cloud, beyond those of all. */
  readonly set?: Readonly<Record<string, string>>;
  /** Words that are found in its histories; without them they would not be worth keeping. */
  readonly shows?: readonly string[];
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

/** A rollout that calls a made-up service, which lives as long as the rollout. */
async function playWith(
  world: World,
  story: {
    readonly changes: (url: string) => Readonly<Record<string, unknown>>;
    /** What the service answers; absent: 200. */
    readonly status?: (path: string) => number;
    readonly meanwhile?: (handle: WorkflowHandle<typeof rollout>) => Promise<unknown>;
  },
) {
  const { changes, status = () => 200, meanwhile } = story;
  const service = await startService(({ path }) => ({ status: status(path) }));
  try {
    const handle = await world.start(planFor(await world.fleet(), changes(service.url)));
    await meanwhile?.(handle);
    await handle.result();
    return handle;
  } finally {
    await service.close();
  }
}

const hooksAt = (url: string) => ({
  hooks: {
    before: [
      { webhook: `${url}/drain`, undo: `${url}/undrain`, retries: 0 },
      { webhook: `${url}/silence`, undo: `${url}/unsilence`, retries: 0 },
    ],
    after: [{ webhook: `${url}/done`, retries: 0 }],
  },
});

async function untilPausedThenResumed(handle: WorkflowHandle<typeof rollout>): Promise<void> {
  const isPaused = async () => (await handle.query(messages.status)).state === 'paused';
  await until('it is paused', isPaused);
  await handle.executeUpdate(messages.resume, { args: [why] });
}

const bakedAt = (url: string) => ({
  waves: [
    {
      ...TWO_WAVES[0],
      bake: { for: '2s', every: '1s', checks: [{ http: `${url}/health` }] },
    },
    { ...TWO_WAVES[1] },
  ],
});

/** The plan of the whole fleet, its upgrades with these changes where the family has such. */
async function planWith(world: World, changes: Partial<Record<FamilyName | 'all', object>>) {
  const plan = planFor(await world.fleet());
  const upgrades = Object.entries(plan.upgrades).map(([name, upgrade]) => {
    return [name, { ...upgrade, ...changes.all, ...changes[upgrade.family] }] as const;
  });
  return { ...plan, upgrades: Object.fromEntries(upgrades) };
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
    shows: ['reconcile'],
    async play(world) {
      await onAll(world, 'submit', 'lostAfter', 1);
      return playThrough(world);
    },
  },
  {
    name: 'request-lost',
    shows: ['requestLost'],
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
    shows: ['budgetExhausted'],
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
    name: 'notified',
    play: (world) =>
      playWith(world, {
        changes: (url) => ({ notify: [{ webhook: url, on: ['started', 'waveDone', 'finished'] }] }),
      }),
  },
  {
    name: 'hooks-before-and-after',
    shows: ['callHook', 'after hook 1'],
    play: (world) => playWith(world, { changes: hooksAt }),
  },
  {
    name: 'hooks-undone-after-a-failure',
    shows: ['jobFailed', '2 hooks undone'],
    async play(world) {
      await onAll(world, 'job', 'fail', 1);
      return playWith(world, { changes: hooksAt });
    },
  },
  {
    name: 'hook-failed-and-undone',
    shows: ['hookFailed', '2 hooks undone'],
    play(world) {
      const status = (path: string) => (path === '/silence' ? 500 : 200);
      return playWith(world, { changes: hooksAt, status });
    },
  },
  {
    name: 'undo-and-after-hook-failed',
    shows: ['NOT undone: undo of before hook 2', 'after hook 1 failed'],
    async play(world) {
      await onAll(world, 'job', 'fail', 1);
      const refused = ['/unsilence', '/done'];
      const status = (path: string) => (refused.includes(path) ? 500 : 200);
      return playWith(world, { changes: hooksAt, status });
    },
  },
  {
    name: 'scheduled-and-cancelled-by-abort',
    shows: ['its scheduled upgrade was cancelled'],
    set: { maintenanceDelay: '1h' },
    async play(world) {
      const plan = await planWith(world, {
        'taurusdb-instance': { delay: true },
        'gaussdb-hotfix': { startAfterMs: 3_600_000 },
      });
      const handle = await world.start(plan);
      await until('all have begun', async () =>
        (await world.fleet()).every(({ upgradesStarted }) => upgradesStarted > 0),
      );
      await handle.executeUpdate(messages.abort, { args: [why] });
      await handle.result();
      return handle;
    },
  },
  {
    name: 'bake-healthy',
    shows: ['checkHealth', '"healthy"'],
    play: (world) => playWith(world, { changes: bakedAt }),
  },
  {
    name: 'bake-unhealthy',
    shows: ['checkHealth', '"unhealthy"'],
    play: (world) =>
      playWith(world, { changes: bakedAt, status: () => 500, meanwhile: untilPausedThenResumed }),
  },
  {
    name: 'last-look-after-follow-for',
    shows: ['stillRunning', 'a last look shows'],
    async play(world) {
      await onAll(world, 'job', 'stuck', 1);
      const plan = await planWith(world, { all: { followForMs: 3_000 } });
      const handle = await world.start(plan);
      await handle.result();
      return handle;
    },
  },
  {
    name: 'discovered',
    shows: ['listFleet'],
    async play(world) {
      const fleet = await world.fleet();
      const caches = fleet.filter(({ family }) => family === 'dcs-instance');
      const { upgrade } = planFor(caches).targets[0] ?? {};
      const targets = [{ upgrade, discover: { upgradable: true } }];
      const handle = await world.start(planFor(caches, { targets }));
      await handle.result();
      await world.client.workflow.execute<typeof discover>('discover', {
        workflowId: `${handle.workflowId}/discover`,
        taskQueue: world.taskQueue,
        args: [aSearch({})],
      });
      return handle;
    },
  },
  {
    name: 'continued-as-new',
    continueAsNewAt: 20,
    play: (world) => playThrough(world, { waves: TWO_WAVES }),
  },
];
