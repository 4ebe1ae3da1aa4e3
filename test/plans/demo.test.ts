import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parsePlan } from '../../rollout/plan';
import { dishonest, violations } from '../support/judge';
import { targetsOf } from '../support/rollouts';
import { startWorld } from '../support/world';

const PLANS = join(__dirname, '..', '..', 'plans');
const read = (name: string) => readFileSync(join(PLANS, name), 'utf8');

test("the demo's plan and story: 24 targets succeed, and the journal shows no upgrade twice", async () => {
  const { plan } = parsePlan(read('demo.yaml'), { readFile: read });
  if (!plan) throw new Error('the plan of the demo has mistakes');
  const world = await startWorld({
    // Its instances are the plan's: no other test has them.
    fleet: JSON.parse(read('demo-fleet.json')) as unknown[],
    faults: JSON.parse(read('demo-faults.json')),
    set: { duration: '1s' },
  });
  try {
    await world.startWorker();
    const handle = await world.start(plan);

    const { counts } = await handle.result();

    const waves = await Promise.all(
      ['canary', 'thirty', 'rest'].map((wave) => targetsOf(world, handle, wave)),
    );
    expect(waves.map((targets) => targets.length)).toEqual([4, 7, 13]);
    expect(counts).toMatchObject({ total: 24, succeeded: 24 });
    const story = waves
      .flat()
      .filter(({ attempts, end }) => attempts.length > 1 || end?.reason !== 'upgraded');
    expect(
      story.map(({ target, attempts }) => [target.name, ...attempts.map(({ reason }) => reason)]),
    ).toEqual([
      ['billing-proxy', 'refusedForNow', 'upgraded'],
      ['session-cache', 'reconciled'],
      ['stock-db', 'jobFailed', 'upgraded'],
    ]);
    const fleet = await world.fleet();
    expect(violations(await world.journal())).toEqual([]);
    expect(dishonest(waves.flat(), fleet)).toEqual([]);
  } finally {
    await world.stop();
  }
}, 120_000);
