import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import type { FleetSearch } from '../../rollout/fleet';
import type { Plan } from '../../rollout/plan';
import { dataConverter } from '../../temporal/payload-codec';
import { discovered } from '../../workflows/messages';
import type { discover } from '../../workflows/discover';
import { freeze, until } from '../support/rollouts';
import { planOf, startWorld, type World, type WorldOptions } from '../support/world';
import { aSearch } from '../rollout/fleet.builder';

jest.setTimeout(120_000);

let world: World | null = null;
afterEach(async () => {
  await world?.stop();
  world = null;
});

async function start(options: WorldOptions, env?: Readonly<Record<string, string>>) {
  world = await startWorld(options);
  await world.startWorker(env);
  return world;
}

function list({ client, taskQueue }: World, change: Partial<FleetSearch>) {
  return client.workflow.start<typeof discover>('discover', {
    workflowId: `discover/${randomUUID()}`,
    taskQueue,
    args: [aSearch(change)],
  });
}

/** A plan of caches that the cloud has to be asked for. */
function planTo(discoverEntries: readonly object[], changes: object = {}): Plan {
  return planOf({
    ...{ version: 1, name: `test-${randomUUID().slice(0, 8)}` },
    ...{ projectId: '0483b6b16e954cb88930a360d2c4e663', region: 'cn-north-4' },
    upgrades: {
      cache: { family: 'dcs-instance', engineMinorVersion: 'latest' },
      patch: { family: 'gaussdb-hotfix', targetVersions: ['3.208.0.7'] },
    },
    targets: discoverEntries,
    ...changes,
  });
}

/** Today's code takes the same steps again. */
async function replay(handle: WorkflowHandle): Promise<void> {
  const workflowBundle = { codePath: join(__dirname, '..', '..', 'dist', 'workflow-bundle.js') };
  const history = await handle.fetchHistory();
  await Worker.runReplayHistory({ workflowBundle, dataConverter }, history, handle.workflowId);
}

async function failureOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => new Error('it did not fail'),
    (caught: unknown) => caught,
  );
  const cause = error instanceof WorkflowFailedError ? error.cause : error;
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  return inner instanceof Error ? inner.message : String(inner);
}

const caches = (count: number, given: object = {}) =>
  Array.from({ length: count }, (_, i) => ({
    ...{ family: 'dcs-instance', name: `cache-${i}`, proxyVersion: null },
    ...given,
  }));

test('pages of fifty: rows in the order of the list, each once, and how far it has come', async () => {
  const cloud = await start({ fleet: caches(120) });

  const handle = await list(cloud, {});
  const result = await handle.result();
  const some = await handle.query(discovered, 100);

  expect(result).toEqual({ seen: 120, total: 120, isSteady: true, found: 120 });
  expect(some).toMatchObject({ found: 120, seen: 120, total: 120, isComplete: true });
  expect(some.rows.map(({ name }) => name)).toEqual(
    Array.from({ length: 20 }, (_, i) => `cache-${100 + i}`),
  );
  await replay(handle);
  const calls = await cloud.journal();
  expect(calls.filter(({ path }) => path?.endsWith('/instances'))).toHaveLength(3);
  expect(calls.filter(({ path }) => path?.endsWith('/version'))).toHaveLength(120);
});

test('1,200 without versions: no call for a single one, and no payload near a megabyte', async () => {
  const cloud = await start({ fleet: caches(1_200) });

  const handle = await list(cloud, { versions: false });
  const { found } = await handle.result();
  const first = await handle.query(discovered, 0);
  const { events } = await handle.fetchHistory();

  expect([found, first.rows.length]).toEqual([1_200, 1_000]);
  expect((await cloud.journal()).filter(({ path }) => path?.includes('/version'))).toEqual([]);
  const sizes = (events ?? []).flatMap(({ activityTaskCompletedEventAttributes: ended }) =>
    (ended?.result?.payloads ?? []).map(({ data }) => data?.length ?? 0),
  );
  expect(sizes).toHaveLength(3);
  expect(Math.max(...sizes)).toBeLessThan(100_000);
});

test('upgradable: what is at its newest is left out, what cannot be told is kept and said', async () => {
  const cloud = await start({
    fleet: [
      ...caches(1, { name: 'old', version: '5.0.14.1' }),
      ...caches(1, { name: 'new', version: '5.0.16.3' }),
      ...caches(1, { name: 'odd', instanceId: 'aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa' }),
      ...caches(1, { name: 'not-redis', instanceId: 'bbbbbbbb-bbbb-bbbb-bbbb-bbbbbbbbbbbb' }),
      ...caches(1, { name: 'deleted', instanceId: 'cccccccc-cccc-cccc-cccc-cccccccccccc' }),
    ],
    faults: {
      list: [
        ['aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa', '409'],
        ['bbbbbbbb-bbbb-bbbb-bbbb-bbbbbbbbbbbb', '400'],
        ['cccccccc-cccc-cccc-cccc-cccccccccccc', '404'],
      ].map(([target, fault]) => ({ target, on: 'read', fault, times: 9 })),
    },
  });

  const handle = await list(cloud, { upgradable: true });
  await handle.result();
  const { rows } = await handle.query(discovered, 0);

  expect(rows.map(({ name, problem }) => [name, problem === null])).toEqual([
    ['old', true],
    ['odd', false],
  ]);
});

test('a cloud in trouble now and then: every page comes through', async () => {
  const rates = { 'dcs-instance': { read: { 503: 0.1, lostAfter: 0.05 } } };
  const cloud = await start({ fleet: caches(60), seed: 3, faults: { rates, list: [] } });

  const handle = await list(cloud, {});

  expect(await handle.result()).toMatchObject({ found: 60, seen: 60 });
});

test('refused credentials: told at once, not tried again', async () => {
  const cloud = await start({ fleet: caches(60) }, { CLOUD_SDK_SK: 'not-the-secret' });
  const handle = await list(cloud, {});

  const words = await failureOf(handle.result());

  expect(words).toContain('listing instances');
  expect(words).not.toContain('not-the-secret');
  expect((await cloud.journal()).filter(({ status }) => status === 401).length).toBeLessThan(5);
});

test('the worker dies in mid-page: another one goes on, and nobody is missing', async () => {
  const cloud = (world = await startWorld({
    fleet: caches(120),
    faults: { rates: { '*': { read: { slow: 1 } } }, list: [] },
    set: { slowFor: '300ms' },
  }));
  const worker = await cloud.startWorker();
  const handle = await list(cloud, {});
  await until('five calls', async () => (await cloud.journal()).length >= 5);
  await worker.kill();
  await cloud.setFaults({ rates: {}, list: [] });
  await cloud.startWorker();

  expect(await handle.result()).toMatchObject({ found: 120, isSteady: true });
});

describe('a plan that says discover', () => {
  let shared: World;
  beforeAll(async () => {
    shared = await startWorld({
      fleet: [
        ...caches(5, { tags: { team: 'billing' }, az: 'cn-north-4c' }),
        ...caches(2, { tags: { team: 'orders' } }),
        { family: 'gaussdb-hotfix', version: '3.208.0.5', name: 'ledger' },
      ],
      set: { duration: '500ms' },
    });
    await shared.startWorker();
  });
  afterAll(() => shared.stop());

  test('is frozen with what was found, versions and all', async () => {
    const plan = planTo([
      { upgrade: 'cache', discover: { tags: { team: 'billing' } }, labels: { kind: 'cache' } },
      { upgrade: 'patch', discover: { name: '*led', upgradable: true } },
    ]);

    const frozen = await freeze(shared, plan);

    const targets = frozen.waves.flatMap((wave) => wave.targets);
    expect(targets).toHaveLength(6);
    expect(targets[0]).toMatchObject({
      ...{ upgrade: 'cache', name: 'cache-0', az: 'cn-north-4c', standing: 'upgradable' },
      labels: { team: 'billing', kind: 'cache' },
    });
    expect(targets[5]).toMatchObject({ name: 'ledger', versionAtPlan: '3.208.0.5' });
  });

  test.each([
    {
      name: 'nothing is found',
      entries: [{ upgrade: 'cache', discover: { tags: { team: 'nobody' } } }],
      words:
        'targets[0].discover: nothing of the family dcs-instance was found in project 0483b6b16e954cb88930a360d2c4e663, region cn-north-4, with tag team=nobody',
    },
    {
      name: 'a wave that nobody found matches',
      entries: [{ upgrade: 'cache', discover: {} }],
      changes: { waves: [{ name: 'canary', match: { tier: 'canary' } }] },
      words: 'waves[0].match.tier: no target has tier canary',
    },
  ])('$name -> the rollout ends with words, nothing is submitted', async (given) => {
    const handle = await shared.start(planTo(given.entries, given.changes));
    const words = await failureOf(handle.result());

    expect(words).toContain('The plan could not be frozen, nothing was submitted');
    expect(words).toContain(given.words);
    expect((await shared.fleet()).every(({ upgradesStarted }) => upgradesStarted === 0)).toBe(true);
  });

  test('beside named targets: those are not taken twice', async () => {
    const ids = (await shared.fleet()).map(({ instanceId }) => instanceId).slice(0, 7);
    const plan = planTo([
      { upgrade: 'cache', instanceId: ids[3], labels: { tier: 'canary' } },
      { upgrade: 'cache', discover: {} },
    ]);

    const { waves } = await freeze(shared, plan);

    const targets = waves.flatMap((wave) => wave.targets);
    expect(targets.map(({ instanceId }) => instanceId)).toEqual([
      ids[3],
      ...ids.filter((id) => id !== ids[3]),
    ]);
    expect(targets[0]?.labels).toEqual({ tier: 'canary' });
  });

  test('is resolved anew at each start: then all are up to date, and none is upgradable', async () => {
    const all = [{ upgrade: 'cache', discover: {} }];
    const newer = [{ upgrade: 'cache', discover: { upgradable: true } }];
    const polling = { polling: { min: '200ms', max: '1s' } };
    const waves = [{ name: 'all', take: 'rest', concurrency: 7 }];

    const first = await (await shared.start(planTo(newer, { waves, ...polling }))).result();
    const second = await (await shared.start(planTo(all, polling))).result();
    const third = await failureOf((await shared.start(planTo(newer))).result());

    expect(first.counts).toMatchObject({ total: 7, succeeded: 7 });
    expect(second.counts).toMatchObject({ total: 7, upToDate: 7 });
    expect(third).toContain('nothing of the family dcs-instance was found');
  });
});
