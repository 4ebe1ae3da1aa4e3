import { acknowledge, exhausted, exhaustionOf, spentWords, strictRoom } from '../../rollout/budget';
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

test('exhaustion: which budget, by what, how much', () => {
  const found = exhaustionOf('wave', { ...none, failed: 3 }, { ...noLimits, failed: 2 });

  expect(found).toEqual({ of: 'wave', kind: 'failed', used: 3, limit: 2 });
  expect(found && spentWords(found)).toBe(
    "the wave's budget is exhausted, 3 failed and at most 2 allowed",
  );
  expect(exhaustionOf('wave', { ...none, failed: 2 }, { ...noLimits, failed: 2 })).toBeNull();
});

test.each([
  {
    name: 'not strict -> no restriction',
    strict: false,
    failed: 0,
    used: 0,
    flying: 9,
    room: Infinity,
  },
  {
    name: 'no limit -> no restriction',
    strict: true,
    failed: null,
    used: 9,
    flying: 9,
    room: Infinity,
  },
  {
    name: 'limit 0, none in flight -> one at a time',
    strict: true,
    failed: 0,
    used: 0,
    flying: 0,
    room: 1,
  },
  { name: 'limit 0, one in flight -> none', strict: true, failed: 0, used: 0, flying: 1, room: 0 },
  {
    name: 'limit 2, one used, one in flight -> one more',
    strict: true,
    failed: 2,
    used: 1,
    flying: 1,
    room: 1,
  },
  {
    name: 'limit 2, two used, one in flight -> none',
    strict: true,
    failed: 2,
    used: 2,
    flying: 1,
    room: 0,
  },
  { name: 'exhausted -> none, not below', strict: true, failed: 0, used: 3, flying: 2, room: 0 },
])('strict room: $name', ({ strict, failed, used, flying, room }) => {
  expect(strictRoom({ ...none, failed: used }, flying, { ...noLimits, failed, strict })).toBe(room);
});

test('strict room: the kind with the least room counts', () => {
  const budget = { rejected: 5, failed: 3, unknown: 1, strict: true };

  expect(strictRoom(none, 0, budget)).toBe(2);
});

test('acknowledge: exhausted limits rise to what is used, others stay', () => {
  const limits = { rejected: 5, failed: 1, unknown: null };
  const used = { rejected: 2, failed: 3, unknown: 4 };

  const after = acknowledge(limits, used);

  expect(after).toEqual({ rejected: 5, failed: 3, unknown: null });
  expect(exhausted(used, after)).toBeNull();
  expect(exhausted({ ...used, failed: 4 }, after)).toBe('failed');
});
