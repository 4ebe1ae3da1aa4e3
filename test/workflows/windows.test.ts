import type { Openings } from '../../rollout/frozen-plan';
import { isOpen } from '../../rollout/openings';
import { violations } from '../support/judge';
import { planFor } from '../support/plans';
import { endsOf, freeze, startFrozen, targetsOf, until, untilStatus } from '../support/rollouts';
import type { FleetRow, World } from '../support/world';
import { startWorld } from '../support/world';

let world: World;
let caches: readonly FleetRow[];

beforeEach(async () => {
  world = await startWorld({ size: 16, set: { duration: '600ms', spread: 0, slowFor: '4s' } });
  await world.startWorker();
  caches = (await world.fleet()).filter(({ family }) => family === 'dcs-instance');
});
afterEach(() => world.stop());

const SECOND = 1_000;
const EXPECT = 2 * SECOND;
const WINDOWS = [{ cron: '0 1 * * SAT#2', for: '4h', zone: 'Asia/Shanghai' }];
const WAVES = [{ name: 'all', take: 'rest', concurrency: 1 }];

/** Seconds from now, from and to. */
type Seconds = readonly [from: number, to: number];

/**
 * Starts a plan that was frozen with windows, its openings moved to where a test can wait for them:
 * a cron knows no seconds.
 */
async function startWithin(windows: readonly Seconds[], changes: object = {}) {
  const frozen = await freeze(
    world,
    planFor(caches, { windows: WINDOWS, waves: WAVES, ...changes }),
  );
  const now = Date.now();
  const at = (seconds: number) => new Date(now + seconds * SECOND).toISOString();
  const openings: Openings = {
    spans: windows.map(([from, to]) => ({ from: at(from), to: at(to) })),
    until: at(400 * 86_400),
  };
  const upgrades = Object.fromEntries(
    Object.entries(frozen.upgrades).map(([name, one]) => [name, { ...one, expectMs: EXPECT }]),
  );
  const moved = { ...frozen, upgrades, rules: { ...frozen.rules, openings } };
  const handle = await startFrozen(world, moved);
  return { handle, openings };
}

/** When the cloud saw our upgrade requests. */
async function submits(): Promise<string[]> {
  const journal = await world.journal();
  return journal.filter(({ method }) => method === 'POST').map(({ at }) => at);
}

/** Requests that were seen when no window was open, or that leave too little of it. */
async function outside(openings: Openings): Promise<string[]> {
  const isInside = (at: string) =>
    openings.spans.some(({ from, to }) => from <= at && Date.parse(at) + EXPECT <= Date.parse(to));
  return (await submits()).filter((at) => !isInside(new Date(at).toISOString()));
}

test('openings are resolved when a plan is frozen, in the zone of the plan', async () => {
  const frozen = await freeze(world, planFor(caches, { windows: WINDOWS }));

  const { spans, until: known } = frozen.rules.openings ?? { spans: [], until: '' };
  expect(spans.length).toBeGreaterThanOrEqual(12);
  expect(spans.every(({ from, to }) => Date.parse(to) - Date.parse(from) === 4 * 3_600_000)).toBe(
    true,
  );
  // 01:00 in Shanghai is 17:00 of the Friday before in Greenwich.
  expect(new Set(spans.map(({ from }) => `${new Date(from).getUTCDay()} ${from.slice(11, 16)}`)))
    // The plan may be frozen while a window is open.
    .toContain('5 17:00');
  expect(Date.parse(known) - Date.parse(frozen.frozenAt)).toBeGreaterThan(399 * 86_400_000);
  expect(isOpen(frozen.rules.openings, known)).toBe(false);
});

test('targets wait for a window, begin within it, and the rest for the next one', async () => {
  const { handle, openings } = await startWithin([
    [4, 9],
    [16, 100],
  ]);
  const [first, second] = openings.spans;

  const waiting = await untilStatus(handle, ({ waitingFor }) => waitingFor?.reason === 'window');
  await handle.result();

  expect(waiting.waitingFor?.until).toBe(first?.from);
  expect(new Set(await endsOf(world, handle))).toEqual(new Set(['succeeded/upgraded']));
  expect(await outside(openings)).toEqual([]);
  const sent = (await submits()).map((at) => Date.parse(at));
  expect(sent).toHaveLength(caches.length);
  // Both of them were used, the first as soon as it opened.
  expect(sent.filter((at) => at < Date.parse(first?.to ?? '')).length).toBeGreaterThanOrEqual(1);
  expect(sent.filter((at) => at > Date.parse(second?.from ?? '')).length).toBeGreaterThanOrEqual(1);
  expect(Math.min(...sent) - Date.parse(first?.from ?? '')).toBeLessThan(2 * SECOND);
  expect(violations(await world.journal())).toEqual([]);
});

test('outsideWindows: skip -> what finds no time in the window is skipped', async () => {
  const { handle, openings } = await startWithin([[2, 7]], { outsideWindows: 'skip' });

  await handle.result();

  const ends = await endsOf(world, handle);
  expect(new Set(ends)).toEqual(new Set(['succeeded/upgraded', 'skipped/outsideWindow']));
  expect(await outside(openings)).toEqual([]);
  expect(await submits()).toHaveLength(ends.filter((end) => end.startsWith('succeeded')).length);
});

test('a look so slow that the window has closed -> nothing is sent, the next window is taken', async () => {
  caches = caches.slice(0, 1);
  const { handle, openings } = await startWithin([
    [2, 6],
    [14, 100],
  ]);
  const slow = { target: caches[0]?.instanceId, on: 'read', fault: 'slow', times: 1 };
  await world.setFaults({ list: [slow] });

  await handle.result();

  const [target] = await targetsOf(world, handle);
  expect(target?.attempts.map(({ result, reason }) => `${result}/${reason}`)).toEqual([
    'notSubmitted/windowClosed',
    'succeeded/upgraded',
  ]);
  expect(await outside(openings)).toEqual([]);
});

test('how long upgrades took before is learned when nobody says it', async () => {
  const done = await world.start(planFor(caches));
  await done.result();

  const learned = await until('visibility knows three upgrades', async () => {
    const frozen = await freeze(world, planFor(caches, { windows: WINDOWS }));
    return frozen.rules.learned['dcs-instance'];
  });

  expect(learned).toBeGreaterThan(500);
  // Without windows the forecast needs it all the same.
  const { rules } = await freeze(world, planFor(caches));
  expect(rules.learned['dcs-instance']).toBeGreaterThan(500);
});
