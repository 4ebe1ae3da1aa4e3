import { setTimeout as sleep } from 'node:timers/promises';
import { createLimiter, spread } from '../../cloud/limits';

const MINUTE = 60_000;

test.each([
  { name: 'five a second -> as it is', rate: { calls: 5, periodMs: 1_000 }, even: null },
  {
    name: '200 in five minutes -> two in three seconds',
    rate: { calls: 200, periodMs: 5 * MINUTE },
    even: { calls: 2, periodMs: 3_000 },
  },
  {
    name: '1,000 in a minute -> 66 in four seconds',
    rate: { calls: 1_000, periodMs: MINUTE },
    even: { calls: 66, periodMs: 3_960 },
  },
  {
    name: 'seven in a minute -> one after the other, never more than seven',
    rate: { calls: 7, periodMs: MINUTE },
    even: { calls: 1, periodMs: 8_572 },
  },
])('$name', ({ rate, even }) => {
  expect(spread(rate)).toEqual(even === null ? [rate] : [even, rate]);
});

test('a share of ten seconds is not spent at once', async () => {
  const { run } = createLimiter({ rates: [{ calls: 20, periodMs: 10_000 }] });
  const signal = AbortSignal.timeout(MINUTE);
  const begunAt = Date.now();
  const turns: number[] = [];

  const calls = Array.from({ length: 20 }, () =>
    run('inspect', signal, () => Promise.resolve(turns.push(Date.now() - begunAt))),
  );
  await sleep(6_000);

  // Eight in the first four seconds, and the next eight then.
  expect(turns.filter((at) => at < 3_000)).toHaveLength(8);
  expect(turns.filter((at) => at < 6_000)).toHaveLength(16);
  await Promise.all(calls);
}, 20_000);
