import { durationsOf, expectedMs, learnFrom, plannedMs } from '../../rollout/expected';
import type { Upgrade } from '../../rollout/upgrade';

test.each([
  {
    name: 'the plan says it -> as it says, whatever was seen',
    given: { expectMs: 5, endedMs: [10, 20, 30], learnedMs: 40 },
    expected: 5,
  },
  {
    name: 'three have ended -> learned from them, not from earlier rollouts',
    given: { expectMs: null, endedMs: [10, 20, 30], learnedMs: 40 },
    expected: 30,
  },
  {
    name: 'two have ended -> as earlier rollouts',
    given: { expectMs: null, endedMs: [10, 20], learnedMs: 40 },
    expected: 40,
  },
  {
    name: 'nothing is known -> null',
    given: { expectMs: null, endedMs: [10, 20], learnedMs: null },
    expected: null,
  },
])('expectedMs: $name', ({ given, expected }) => {
  expect(expectedMs(given)).toBe(expected);
});

const upTo = (last: number) => Array.from({ length: last }, (_, i) => i + 1);

test.each([
  { name: 'none -> not known', given: [], expected: null },
  { name: 'two -> too few', given: [1, 2], expected: null },
  { name: 'three, in any order -> the longest', given: [2, 3, 1], expected: 3 },
  { name: 'nine -> the longest', given: upTo(9), expected: 9 },
  { name: 'ten -> the ninth', given: upTo(10), expected: 9 },
  { name: 'eleven -> the tenth', given: upTo(11), expected: 10 },
  { name: 'by number, not by letter', given: [9, 10, 100], expected: 100 },
])('learnFrom: $name', ({ given, expected }) => {
  expect(learnFrom(given)).toBe(expected);
});

test('durationsOf: those that succeeded, from start to end', () => {
  const attempt = (result: 'succeeded' | 'failed', seconds: number) => ({
    result,
    startedAt: '2026-12-01T00:00:00.000Z',
    endedAt: new Date(Date.parse('2026-12-01T00:00:00.000Z') + seconds * 1000).toISOString(),
  });

  const given = [attempt('succeeded', 60), attempt('failed', 5), attempt('succeeded', 90)];

  expect(durationsOf(given)).toEqual([60_000, 90_000]);
});

const patch: Upgrade = {
  family: 'gaussdb-hotfix',
  targetVersions: ['3.208.0.6'],
  startAfterMs: 60_000,
  expectMs: 600_000,
  followForMs: 3_600_000,
};
const kernel: Upgrade = {
  family: 'taurusdb-instance',
  delay: false,
  expectMs: 600_000,
  followForMs: 3_600_000,
};

test.each([
  { name: 'as the plan says', given: kernel, expected: 600_000 },
  { name: 'a hot patch begins later than it is asked for', given: patch, expected: 660_000 },
  { name: 'not said', given: { ...patch, expectMs: null }, expected: null },
])('plannedMs: $name', ({ given, expected }) => {
  expect(plannedMs(given)).toBe(expected);
});
