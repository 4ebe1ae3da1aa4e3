import { backoffMs } from '../../rollout/backoff';
import type { ReasonCode } from '../../rollout/outcome';

const MINUTE = 60_000;

test.each<[ReasonCode, number, number, number]>([
  ['busy', 1, MINUTE, 5_000],
  ['busy', 5, MINUTE, 80_000],
  ['busy', 6, MINUTE, 2 * MINUTE],
  ['busy', 5_000, MINUTE, 2 * MINUTE],
  ['cloudAccess', 6, MINUTE, 160_000],
  ['cloudAccess', 7, MINUTE, 5 * MINUTE],
  ['cloudAccess', 40_000, MINUTE, 5 * MINUTE],
  ['requestLost', 5, MINUTE, MINUTE],
  ['notSent', 30, MINUTE, MINUTE],
  // A plan that polls often bears less waiting, and one that polls seldom no more than usual.
  ['busy', 99, 1_000, MINUTE],
  ['cloudAccess', 99, 1_000, MINUTE],
  ['cloudAccess', 99, 30_000, 150_000],
  ['busy', 99, 600_000, 2 * MINUTE],
  ['cloudAccess', 99, 600_000, 5 * MINUTE],
])('%s %d times, polling.max %d ms -> %d ms', (reason, times, maxMs, expected) => {
  expect(backoffMs(reason, times, { minMs: 1_000, maxMs })).toBe(expected);
});
