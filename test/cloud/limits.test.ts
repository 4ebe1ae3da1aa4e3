import { setTimeout as sleep } from 'node:timers/promises';
import { createLimiter, type Priority, type Rate } from '../../cloud/limits';

const MINUTE = 60_000;

/** When each of so many calls had its turn, in ms. */
function start(rates: readonly Rate[], wanted: readonly Priority[]) {
  const limiter = createLimiter({ rates });
  const signal = AbortSignal.timeout(MINUTE);
  const begunAt = Date.now();
  const turns: { readonly priority: Priority; readonly at: number }[] = [];
  const calls = wanted.map((priority) =>
    limiter.run(priority, signal, () =>
      Promise.resolve(turns.push({ priority, at: Date.now() - begunAt })),
    ),
  );
  return { turns, all: Promise.all(calls) };
}

const inspects = (count: number) => Array.from({ length: count }, () => 'inspect' as const);

test('a share of a second is spent as calls come', async () => {
  const { turns, all } = start([{ calls: 5, periodMs: 1_000 }], inspects(10));

  await all;

  expect(turns.filter(({ at }) => at < 500)).toHaveLength(5);
  expect(turns.at(-1)?.at).toBeGreaterThanOrEqual(1_000);
});

test('of a longer one half is spent as calls come, the rest evenly: it is never silent for long', async () => {
  const { turns, all } = start([{ calls: 20, periodMs: 10_000 }], inspects(24));

  await all;

  const after = (ms: number) => turns.filter(({ at }) => at < ms).length;
  // At once: ten, and the first of those that go every second.
  expect(after(500)).toBe(11);
  expect(after(5_500)).toBe(16);
  // Never more than twenty in ten seconds.
  expect(after(9_900)).toBe(20);
  const gaps = turns.map(({ at }, i) => at - (turns[i - 1]?.at ?? 0));
  expect(Math.max(...gaps)).toBeLessThan(1_500);
}, 20_000);

test('a submit goes before those that wait, and one that waits no longer takes no turn', async () => {
  const limiter = createLimiter({ rates: [{ calls: 4, periodMs: 8_000 }] });
  const said: string[] = [];
  const say = (word: string) => () => Promise.resolve(said.push(word));
  const patient = AbortSignal.timeout(MINUTE);
  const impatient = AbortSignal.timeout(500);
  for (const word of ['first', 'second', 'third']) await limiter.run('inspect', patient, say(word));

  const vain = limiter.run('submit', impatient, say('vain')).catch((error: Error) => error.name);
  await sleep(100);
  const read = limiter.run('inspect', patient, say('read'));
  const submit = limiter.run('submit', patient, say('submit'));

  await expect(vain).resolves.toBe('TimeoutError');
  await Promise.all([read, submit]);
  expect(said).toEqual(['first', 'second', 'third', 'submit', 'read']);
}, 20_000);

test('one call in a long period is made at once', async () => {
  const { turns, all } = start([{ calls: 1, periodMs: MINUTE }], inspects(1));

  await all;

  expect(turns[0]?.at).toBeLessThan(500);
});
