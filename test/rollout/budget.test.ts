import { acknowledge, exhausted, exhaustion, remaining } from '../../rollout/budget';
import { noLimits } from './wave-builder';

const none = { rejected: 0, failed: 0, unknown: 0 };

test.each([
  { name: 'none used of none -> not', used: none, limits: { ...none }, expected: null },
  {
    name: 'reached -> not',
    used: { ...none, failed: 2 },
    limits: { ...noLimits, failed: 2 },
    expected: null,
  },
  {
    name: 'exceeded -> failed',
    used: { ...none, failed: 3 },
    limits: { ...noLimits, failed: 2 },
    expected: 'failed',
  },
  {
    name: 'first unknown of none -> unknown',
    used: { ...none, unknown: 1 },
    limits: { ...noLimits, unknown: 0 },
    expected: 'unknown',
  },
  {
    name: 'rejected exceeded -> rejected',
    used: { ...none, rejected: 1 },
    limits: { ...noLimits, rejected: 0 },
    expected: 'rejected',
  },
  {
    name: 'kinds are apart -> not',
    used: { rejected: 2, failed: 2, unknown: 2 },
    limits: { rejected: 2, failed: 2, unknown: 2 },
    expected: null,
  },
  {
    name: 'no limit -> never',
    used: { rejected: 999, failed: 999, unknown: 999 },
    limits: noLimits,
    expected: null,
  },
])('exhausted: $name', ({ used, limits, expected }) => {
  expect(exhausted(used, limits)).toBe(expected);
});

test.each([
  { name: 'neither -> none', wave: 1, rollout: 1, expected: null },
  {
    name: 'the wave alone -> the wave',
    wave: 0,
    rollout: 1,
    expected: { of: 'wave', kind: 'failed', used: 1, limit: 0 },
  },
  {
    name: 'the rollout alone -> the rollout',
    wave: null,
    rollout: 0,
    expected: { of: 'rollout', kind: 'failed', used: 1, limit: 0 },
  },
])('exhaustion: $name', ({ wave, rollout, expected }) => {
  const counts = { ...none, failed: 1 };

  const found = exhaustion({
    counts,
    wave: { ...noLimits, failed: wave },
    rollout: { ...noLimits, failed: rollout },
  });

  expect(found).toEqual(expected);
});

test('remaining: what was used is gone, never below 0, no limit stays none', () => {
  const limits = { rejected: 5, failed: 1, unknown: null };

  expect(remaining(limits, { rejected: 2, failed: 3, unknown: 4 })).toEqual({
    rejected: 3,
    failed: 0,
    unknown: null,
  });
});

test('acknowledge: exhausted limits rise to what is used, others stay', () => {
  const limits = { rejected: 5, failed: 1, unknown: null };
  const used = { rejected: 2, failed: 3, unknown: 4 };

  const after = acknowledge(limits, used);

  expect(after).toEqual({ rejected: 5, failed: 3, unknown: null });
  expect(exhausted(used, after)).toBeNull();
  expect(exhausted({ ...used, failed: 4 }, after)).toBe('failed');
});
