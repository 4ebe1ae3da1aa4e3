import type { FrozenWave } from '../../rollout/frozen-plan';
import { addMs } from '../../rollout/instants';
import { seededWorld } from '../../rollout/seeded-world';
import type { Fate, Simulated, TimedOrder, World } from '../../rollout/simulation';
import { simulate } from '../../rollout/simulator';
import { noBudget, simPlan, simWave, START } from './simulator.builder';
import { timed } from '../support/timed';

const MIN = 60_000;
const healthy = () => ({ verdict: 'healthy', words: '' }) as const;
const success: Fate = {
  result: 'succeeded',
  reason: 'upgraded',
  submits: true,
  lookMs: 0,
  takesMs: 10 * MIN,
};

/** Every attempt takes ten minutes and succeeds, but for what is said of single instances. */
function worldOf(fates: Readonly<Record<string, readonly Partial<Fate>[]>> = {}): World {
  return {
    attempt: ({ instanceId }, nth) => ({ ...success, ...fates[instanceId]?.[nth - 1] }),
    look: healthy,
  };
}

const failed = { result: 'failed', reason: 'jobFailed' } as const;
const refused = { result: 'rejected', reason: 'refusedForNow', takesMs: 0 } as const;

/** The minutes after the start at which attempts began, in their order, by target. */
function startsOf({ log, targets }: Simulated): readonly string[] {
  return log.flatMap((entry) => {
    if (entry.kind !== 'started') return [];
    const { wave, part, index, at } = entry;
    const target = targets.find(
      (each) => each.wave === wave && each.part === part && each.index === index,
    );
    const minutes = (Date.parse(at) - Date.parse(START)) / MIN;
    return [`${target?.state.target.instanceId} ${minutes}`];
  });
}

const wave = (name: string, targets: number, changes: Partial<FrozenWave> = {}) =>
  simWave(name, targets, { concurrency: 2, ...changes });

test.each<{
  name: string;
  waves: readonly FrozenWave[];
  world?: World;
  orders?: readonly TimedOrder[];
  starts: readonly string[];
  waits?: string;
}>([
  {
    name: 'two places, five targets -> a place freed is a place filled',
    waves: [wave('a', 5)],
    starts: ['a-0 0', 'a-1 0', 'a-2 10', 'a-3 10', 'a-4 20'],
  },
  {
    name: 'parts of two -> the next part takes over each freed place',
    waves: [wave('a', 5, { partSize: 2 })],
    world: worldOf({ 'a-0': [{ takesMs: 60 * MIN }] }),
    starts: ['a-0 0', 'a-1 0', 'a-2 10', 'a-3 20', 'a-4 30'],
  },
  {
    name: 'a retry is due in a part that has given back its places -> it asks for one again',
    waves: [wave('a', 3, { partSize: 2 })],
    world: worldOf({ 'a-0': [refused] }),
    starts: ['a-0 0', 'a-1 0', 'a-2 0', 'a-0 10'],
  },
  {
    name: 'two waves and a delay -> the second begins after it',
    waves: [wave('a', 1), wave('b', 1, { gate: { kind: 'delay', forMs: 30 * MIN } })],
    starts: ['a-0 0', 'b-0 40'],
  },
  {
    name: 'an approval in advance -> the gate is open when the wave comes',
    waves: [
      wave('a', 1),
      wave('b', 1, { gate: { kind: 'approval', expiresMs: null, onExpiry: 'abort' } }),
    ],
    orders: [{ afterMs: MIN, order: { action: 'approve', wave: 'b' } }],
    starts: ['a-0 0', 'b-0 10'],
  },
  {
    name: 'no approval -> it waits for a person',
    waves: [wave('a', 1, { gate: { kind: 'approval', expiresMs: null, onExpiry: 'abort' } })],
    starts: [],
    waits: 'gate',
  },
  {
    name: 'the budget is exhausted -> what is in flight ends, and it waits for a person',
    waves: [wave('a', 5, { budget: { ...noBudget, failed: 0 } })],
    world: worldOf({ 'a-0': [{ ...failed, takesMs: MIN }, failed] }),
    starts: ['a-0 0', 'a-1 0', 'a-2 1', 'a-3 10', 'a-4 11', 'a-0 20'],
  },
  {
    name: 'a strict budget of none -> one after the other',
    waves: [wave('a', 3, { budget: { ...noBudget, failed: 0, strict: true } })],
    starts: ['a-0 0', 'a-1 10', 'a-2 20'],
  },
  {
    name: 'slow start -> one, then two, then as many as there are places',
    waves: [wave('a', 6, { slowStart: true, concurrency: 4 })],
    starts: ['a-0 0', 'a-1 10', 'a-2 10', 'a-3 20', 'a-4 20', 'a-5 20'],
  },
  {
    name: 'paused and resumed -> nothing begins in between',
    waves: [wave('a', 3)],
    orders: [
      { afterMs: MIN, order: { action: 'pause', wave: null } },
      { afterMs: 15 * MIN, order: { action: 'resume', wave: null } },
    ],
    starts: ['a-0 0', 'a-1 0', 'a-2 15'],
  },
  {
    name: 'concurrency lowered while two parts run -> none of them refills its places',
    waves: [wave('a', 8, { concurrency: 4, partSize: 3 })],
    world: worldOf({ 'a-0': [{ takesMs: 7 * MIN }], 'a-3': [{ takesMs: 12 * MIN }] }),
    orders: [{ afterMs: MIN, order: { action: 'concurrency', wave: 'a', limit: 2 } }],
    starts: ['a-0 0', 'a-1 0', 'a-2 0', 'a-3 0', 'a-4 10', 'a-5 12', 'a-6 20', 'a-7 22'],
  },
])('$name', ({ waves, world = worldOf(), orders, starts, waits }) => {
  const run = simulate({ frozen: simPlan({ waves }), world, orders });

  expect(startsOf(run)).toEqual(starts);
  expect(run.state).toBe(waits === undefined ? 'over' : 'waiting');
  expect(run.progress.waitingFor?.reason).toBe(waits);
});

test('the window closes on a wave that does not wait for the next -> its targets are skipped, and it ends', () => {
  const plan = simPlan({ waves: [wave('a', 2)] });
  const spans = [{ from: START, to: addMs(START, 9 * MIN) }];
  const openings = { spans, until: addMs(START, 60 * MIN) };
  const rules = { ...plan.rules, openings, outside: 'skip' } as const;

  const world = worldOf({ 'a-0': [refused, refused] });
  const run = simulate({ frozen: { ...plan, rules }, world });

  expect(startsOf(run)).toEqual(['a-0 0', 'a-1 0', 'a-0 5']);
  expect(run.state).toBe('over');
});

test.each([
  { name: '1 wave of 10,000 targets in 20 parts', waves: 1, each: 10_000, concurrency: 50 },
  { name: '50 waves of 200 targets', waves: 50, each: 200, concurrency: 20 },
])('$name -> simulated in less than two seconds', ({ name, waves, each, concurrency }) => {
  const frozen = simPlan({
    waves: Array.from({ length: waves }, (_, i) => simWave(`w${i}`, each, { concurrency })),
  });
  const world = seededWorld('speed', { rates: { failed: 0.02, refusedForNow: 0.02 } });
  const run = () => timed(() => simulate({ frozen, world }));

  // The best of five at most: what runs beside it also slows the processor itself.
  const runs = [run()];
  while (runs.length < 5 && runs.every(({ seconds }) => seconds >= 2)) runs.push(run());

  const seconds = runs.map((each) => each.seconds);
  const words = seconds.map((each) => `${each.toFixed(2)} s`).join(' and ');
  process.stdout.write(`${name}: ${words} for ${runs[0]?.value.events} events\n`);
  expect(new Set(runs.map(({ value }) => value.state))).toEqual(new Set(['over']));
  expect(Math.min(...seconds)).toBeLessThan(2);
});
