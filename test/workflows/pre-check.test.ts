import { startService } from '../cloud/server';
import { dishonest, submittedIn, violations } from '../support/judge';
import { planFor } from '../support/plans';
import { targetsOf } from '../support/rollouts';
import { startWorld } from '../support/world';

test('a failed pre-check: rejected in its words before hooks are called, and nothing is submitted; the others go on', async () => {
  const families = ['taurusdb-instance', 'gaussdb-hotfix'];
  const world = await startWorld({
    fleet: families.flatMap((family) => [{ family, preCheck: 'failed' }, { family }]),
    set: { duration: '800ms' },
  });
  const hooks = await startService(() => ({}));
  try {
    await world.startWorker();
    const fleet = await world.fleet();
    const plan = planFor(fleet, {
      hooks: { before: [{ webhook: hooks.url, undo: hooks.url, timeout: '2s' }] },
    });
    const upgrades = Object.entries(plan.upgrades).map(([name, upgrade]) => {
      return [name, { ...upgrade, preCheck: true }] as const;
    });

    const handle = await world.start({ ...plan, upgrades: Object.fromEntries(upgrades) });
    const { state, counts } = await handle.result();

    expect({ state, counts }).toMatchObject({
      state: 'finished',
      counts: { total: 4, succeeded: 2, rejected: 2, failed: 0, unknown: 0 },
    });
    const targets = await targetsOf(world, handle);
    expect(targets.map(({ end }) => [end?.reason, end?.reasonText.split(':')[0]])).toEqual([
      ['preCheckFailed', 'pre-check failed'],
      ['upgraded', 'a fresh read shows the version'],
      ['preCheckFailed', 'pre-check failed'],
      ['upgraded', 'a fresh read shows the version'],
    ]);
    expect(targets[2]?.end?.reasonText).toContain('its disk is 80.0 % full');
    expect(targets.map(({ attempts }) => attempts.length)).toEqual([1, 1, 1, 1]);

    const journal = await world.journal();
    const good = [fleet[1]?.instanceId, fleet[3]?.instanceId];
    expect(journal.flatMap(submittedIn).sort()).toEqual([...good].sort());
    const told = hooks.received.map(
      ({ body }) =>
        (body as { readonly target: { readonly instanceId: string } }).target.instanceId,
    );
    expect([...told].sort()).toEqual([...good].sort());
    expect(violations(journal)).toEqual([]);
    expect(dishonest(targets, await world.fleet())).toEqual([]);
  } finally {
    await hooks.close();
    await world.stop();
  }
}, 90_000);

test('a region without pre-check: the upgrade is made', async () => {
  const world = await startWorld({
    fleet: [{ family: 'taurusdb-instance', preCheck: 'failed' }],
    set: { duration: '500ms', preCheck: false },
  });
  try {
    await world.startWorker();
    const plan = planFor(await world.fleet());
    const upgrades = Object.entries(plan.upgrades).map(([name, upgrade]) => {
      return [name, { ...upgrade, preCheck: true }] as const;
    });

    const handle = await world.start({ ...plan, upgrades: Object.fromEntries(upgrades) });

    expect((await handle.result()).counts).toMatchObject({ total: 1, succeeded: 1 });
  } finally {
    await world.stop();
  }
}, 60_000);
