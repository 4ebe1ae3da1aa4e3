import { violations } from '../support/judge';
import { planFor } from '../support/plans';
import { endsOf, targetsOf, until } from '../support/rollouts';
import type { FleetRow, World } from '../support/world';
import { startWorld } from '../support/world';

let world: World;

afterEach(() => world.stop());

const keyOf = ({ instanceId, proxyId }: FleetRow) => proxyId ?? instanceId;

test('pages of HTML on every read of some targets, and on submits of others: the rest goes on', async () => {
  world = await startWorld({ size: 12, set: { duration: '600ms' } });
  await world.startWorker();
  const fleet = await world.fleet();
  // The first of each family is never read again once the plan is frozen, the second is submitted
  // to in vain: a page may have come after the request had its effect.
  const [unread, unsure, sound] = [fleet.slice(0, 4), fleet.slice(4, 8), fleet.slice(8)];
  const pages = (rows: readonly FleetRow[], on: string, times: number) =>
    rows.map((row) => ({ target: keyOf(row), on, fault: 'html', times }));
  await world.setFaults({
    list: [...pages(unread, 'read', 1_000), ...pages(unsure, 'submit', 1)],
  });
  const handle = await world.start(
    planFor(fleet, { waves: [{ name: 'all', take: 'rest', concurrency: 12 }] }),
  );

  const { state } = await handle.result();

  expect(state).toBe('finished');
  const ends = await endsOf(world, handle);
  expect(ends.slice(0, unread.length)).toEqual(unread.map(() => 'rejected/unexpectedAnswer'));
  for (const end of ends.slice(unread.length, -sound.length)) expect(end).toMatch(/^succeeded/);
  expect(ends.slice(-sound.length)).toEqual(sound.map(() => 'succeeded/upgraded'));
  const after = await world.fleet();
  expect(after.map(({ upgradesStarted }) => upgradesStarted)).toEqual(
    fleet.map((row) => (unread.includes(row) ? 0 : 1)),
  );
  const journal = await world.journal();
  expect(violations(journal)).toEqual([]);
  // No storm: a few looks for the plan and a few for the attempt.
  expect(journal.filter(({ fault }) => fault === 'html').length).toBeLessThan(100);
});

test('no worker while the time to follow passes: a last look finds the version', async () => {
  world = await startWorld({ size: 4, set: { duration: '2s', spread: 0 } });
  const worker = await world.startWorker();
  const row = (await world.fleet()).find(({ family }) => family === 'dcs-instance');
  if (!row) throw new Error('the emulator lacks a cache');
  const upgrade = { family: 'dcs-instance', engineMinorVersion: 'latest', followFor: '4s' };
  const handle = await world.start(
    planFor([], {
      upgrades: { cache: upgrade },
      targets: [{ upgrade: 'cache', instanceId: row.instanceId }],
      waves: [{ name: 'all', take: 'rest' }],
      polling: { min: '500ms', max: '1s' },
    }),
  );
  const shown = async () =>
    (await world.fleet()).find(({ instanceId }) => instanceId === row.instanceId);
  await until('it has begun', async () => (await shown())?.upgradesStarted === 1);
  // Another moment, so that following has begun as well.
  await new Promise((resolve) => setTimeout(resolve, 700));
  await worker.kill();
  await new Promise((resolve) => setTimeout(resolve, 6_000));
  await world.startWorker();

  await handle.result();

  expect(await endsOf(world, handle)).toEqual(['succeeded/reconciled']);
  const [target] = await targetsOf(world, handle);
  expect(target?.end?.reasonText).toContain('a last look shows version');
});
