import { setTimeout as sleep } from 'node:timers/promises';
import type { StartedProgram } from '../../local/processes';
import * as messages from '../../workflows/messages';
import { dishonest, violations } from '../support/judge';
import { planFor } from '../support/plans';
import { targetsOf, until, untilStatus } from '../support/rollouts';
import type { World } from '../support/world';
import { startWorld } from '../support/world';

let world: World;
let worker: StartedProgram;

beforeEach(async () => {
  world = await startWorld({ size: 12, set: { duration: '1s', retryAfter: 1 } });
  worker = await world.startWorker();
});
afterEach(() => world.stop());

const everywhere = (fault: string) => ({
  rates: { '*': { submit: { [fault]: 1 }, read: { [fault]: 1 } } },
});
const nothing = { rates: {} };

async function refusedCalls(): Promise<number> {
  return (await world.journal()).filter(({ fault }) => fault !== null).length;
}

test.each([
  // After the fourth refusal in a row a key is left alone for five minutes.
  ['401', 1500, 3],
  // Three services find out for themselves.
  ['403', 3000, 30],
  ['429', 3000, 15],
])(
  '%s for %i ms in mid-wave: no target loses its outcome, and few calls are made',
  async (fault, lastsMs, atMost) => {
    const handle = await world.start(planFor(await world.fleet()));
    await until('a request', async () => (await world.journal()).some((l) => l.method === 'POST'));

    await world.setFaults(everywhere(fault));
    await sleep(lastsMs);
    const refused = await refusedCalls();
    await world.setFaults(nothing);
    const { state, counts } = await handle.result();

    expect({ state, counts }).toMatchObject({
      state: 'finished',
      counts: { total: 12, rejected: 0, failed: 0, unknown: 0, skipped: 0 },
    });
    expect(refused).toBeLessThanOrEqual(atMost);
    const journal = await world.journal();
    expect(violations(journal)).toEqual([]);
    expect(dishonest(await targetsOf(world, handle), await world.fleet())).toEqual([]);
  },
  150_000,
);

test('a key that may read but not upgrade, for as long as the plan bears: it pauses with words, and resume finishes it', async () => {
  const plan = planFor(await world.fleet(), { cloudAccess: { pauseAfter: '2s' } });
  await world.setFaults({ rates: { '*': { submit: { 403: 1 } } } });
  const handle = await world.start(plan);
  const { waitingFor, actions } = await untilStatus(handle, ({ state }) => state === 'paused');
  expect(waitingFor?.reason).toBe('paused');
  expect(actions.at(-1)).toMatchObject({ action: 'pause', by: 'upwave' });
  expect(actions.at(-1)?.reason).toMatch(
    /^cloudAccess: nothing else has come back since \S+ \(.*HTTP 403 D.*\); check the worker's credentials/,
  );

  await world.setFaults(nothing);
  await handle.executeUpdate(messages.resume, { args: [{ by: 'li', reason: null }] });
  const { state, counts } = await handle.result();

  expect({ state, counts }).toMatchObject({
    state: 'finished',
    counts: { total: 12, rejected: 0, failed: 0, unknown: 0, skipped: 0 },
  });
  expect(violations(await world.journal())).toEqual([]);
}, 150_000);

test('workers that were away for longer than the plan bears say nothing of the cloud: no pause', async () => {
  // Looks that are under way when the worker dies come to no end.
  await world.setFaults({ rates: { '*': { read: { slow: 1 } } } });
  const plan = planFor(await world.fleet(), { cloudAccess: { pauseAfter: '2s' } });
  const handle = await world.start(plan);
  await untilStatus(handle, ({ counts }) => counts.inFlight > 0);

  await worker.kill();
  await sleep(9_000);
  await world.setFaults(nothing);
  await world.startWorker();
  const { state, counts, actions } = await handle.result();

  expect({ state, counts, actions }).toMatchObject({
    state: 'finished',
    counts: { total: 12, rejected: 0, failed: 0, unknown: 0, skipped: 0 },
    actions: [],
  });
  expect(violations(await world.journal())).toEqual([]);
}, 150_000);
