import {
  durationsOf,
  expectedMs,
  followedMs,
  learnFrom,
  plannedMs,
  soonestMs,
} from '../../rollout/expected';
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

test('followedMs: those that succeeded, from the request to the end, without the hooks after it', () => {
  const at = (seconds: number) => new Date(Date.UTC(2026, 11, 1) + seconds * 1000).toISOString();
  const hook = { nth: 1, startedAt: at(70), endedAt: at(90), problem: null };
  const attempt = { result: 'succeeded', submittedAt: at(10), endedAt: at(100) } as const;

  const given = [
    attempt,
    { ...attempt, result: 'failed' as const },
    { ...attempt, submittedAt: null },
    { ...attempt, hooks: [{ ...hook, event: 'before' as const }] },
    { ...attempt, hooks: [{ ...hook, event: 'after' as const }] },
  ];

  expect(followedMs(given)).toEqual([90_000, 90_000, 60_000]);
});

test.each([
  { name: 'two -> too few', given: [100, 200], expected: null },
  { name: 'three -> a fifth before the shortest', given: [200, 100, 300], expected: 80 },
  { name: 'eleven -> one in ten was shorter', given: upTo(11).map((n) => n * 100), expected: 160 },
])('soonestMs: $name', ({ given, expected }) => {
  expect(soonestMs(given)).toBe(expected);
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
