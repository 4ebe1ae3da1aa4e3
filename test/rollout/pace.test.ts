import fc from 'fast-check';
import type { Pace } from '../../rollout/pace';
import { nextLook } from '../../rollout/pace';

const nextLookMs = (pace: Pace) => nextLook(pace).delayMs;

const seconds = 1_000;
const minutes = 60 * seconds;
const bounds = { minMs: 10 * seconds, maxMs: 10 * minutes };
/** A beat of every length begins with it. */
const nowMs = 2 ** 20 * 10 * minutes;
const nothingKnown = {
  nowMs,
  elapsedMs: 0,
  expectedMs: null,
  remainingMs: null,
  percent: null,
  bounds,
};

test.each([
  {
    name: 'nothing known, just begun -> the next of the shortest beats',
    given: {},
    expected: 20 * seconds,
  },
  {
    name: 'nothing known, no longer beat is a tenth of its age -> the next of the shortest',
    given: { elapsedMs: 399 * seconds },
    expected: 20 * seconds,
  },
  {
    name: 'bounds too close for a beat -> soon',
    given: { bounds: { minMs: 10 * seconds, maxMs: 29 * seconds }, elapsedMs: 399 * seconds },
    expected: 10 * seconds,
  },
  {
    name: 'nothing known, older by a second -> a beat of twice the length',
    given: { elapsedMs: 400 * seconds },
    expected: 40 * seconds,
  },
  {
    name: 'nothing known, very old -> the longest beat within the bounds',
    given: { elapsedMs: 600 * minutes },
    expected: 320 * seconds,
  },
  {
    name: 'a quick plan -> beats of two seconds',
    given: { elapsedMs: 3 * seconds, bounds: { minMs: 500, maxMs: 10 * seconds } },
    expected: 2 * seconds,
  },
  {
    name: 'in the middle of a beat -> its end',
    given: { elapsedMs: 400 * seconds, nowMs: nowMs + 15 * seconds },
    expected: 25 * seconds,
  },
  {
    name: 'right before a beat, too soon to look -> the one after it',
    given: { elapsedMs: 400 * seconds, nowMs: nowMs + 31 * seconds },
    expected: 49 * seconds,
  },
  {
    name: 'expected -> the beat after it should end',
    given: { expectedMs: 8 * minutes },
    expected: 480 * seconds,
  },
  {
    name: 'expected far off -> the next beat of the longest gap',
    given: { expectedMs: 60 * minutes },
    expected: 600 * seconds,
  },
  {
    name: 'expected far off, half of the longest gap is left of its beat -> its end',
    given: { expectedMs: 60 * minutes, nowMs: nowMs + 300 * seconds },
    expected: 300 * seconds,
  },
  {
    name: 'expected far off, and that beat ends sooner -> a beat of a tenth first',
    given: { expectedMs: 60 * minutes, nowMs: nowMs + 301 * seconds },
    expected: 339 * seconds,
  },
  {
    name: 'expected, near its end -> the next beat of a tenth of its length',
    given: { expectedMs: 8 * minutes, elapsedMs: 7.9 * minutes },
    expected: 40 * seconds,
  },
  {
    name: 'expected now -> soon',
    given: { expectedMs: 8 * minutes, elapsedMs: 8 * minutes },
    expected: 20 * seconds,
  },
  {
    name: 'overdue -> the next beat of a tenth of the delay',
    given: { expectedMs: 20 * minutes, elapsedMs: 40 * minutes },
    expected: 80 * seconds,
  },
  {
    name: 'the cloud says what is left -> then',
    given: { remainingMs: 3 * minutes, expectedMs: 9 * minutes, percent: 1 },
    expected: 180 * seconds,
  },
  {
    name: 'the cloud says nothing is left -> soon',
    given: { remainingMs: 0, elapsedMs: 5 * minutes },
    expected: 20 * seconds,
  },
  {
    name: 'less than nothing is left -> soon',
    given: { remainingMs: -5 * minutes, elapsedMs: 5 * minutes },
    expected: 20 * seconds,
  },
  {
    name: 'nothing left, said for hours -> a sixtieth of its age, on a beat',
    given: { remainingMs: 0, elapsedMs: 120 * minutes },
    expected: 320 * seconds,
  },
  {
    name: 'percentage -> the earliest end that it can mean, by its own speed',
    given: { percent: 75, elapsedMs: 380 * seconds, expectedMs: 60 * minutes },
    expected: 120 * seconds,
  },
  {
    name: '1 %, which may be nearly 2 -> not twice too late',
    given: { percent: 1, elapsedMs: 4 * seconds },
    expected: 200 * seconds,
  },
  {
    name: '0 % says nothing -> the expectation',
    given: { percent: 0, elapsedMs: 1 * minutes, expectedMs: 4 * minutes },
    expected: 180 * seconds,
  },
  {
    name: '100 % -> soon',
    given: { percent: 100, elapsedMs: 3 * minutes },
    expected: 20 * seconds,
  },
])('$name', ({ given, expected }) => {
  expect(nextLookMs({ ...nothingKnown, ...given, random: 0 })).toBe(expected);
});

test.each([
  { name: 'on a beat: a tenth of the shortest gap', given: { elapsedMs: 400 * seconds }, by: 500 },
  {
    name: 'on a beat of a quick plan: a tenth of its shortest gap',
    given: { elapsedMs: 30 * seconds, bounds: { minMs: 500, maxMs: 10 * seconds } },
    by: 50,
  },
  {
    name: 'without a beat: a tenth of the gap',
    given: { bounds: { minMs: 10 * seconds, maxMs: 20 * seconds } },
    by: 1 * seconds,
  },
])('chance delays it, $name at most', ({ given, by }) => {
  const look = (random: number) => nextLookMs({ ...nothingKnown, ...given, random });

  expect(look(1) - look(0)).toBe(by);
});

test.each([
  { name: 'on a beat: the beat', given: {}, expected: 20 * seconds },
  {
    name: 'without a beat: itself',
    given: { bounds: { minMs: 10 * seconds, maxMs: 20 * seconds } },
    expected: 11 * seconds,
  },
])('the instant for which a look is meant, $name', ({ given, expected }) => {
  expect(nextLook({ ...nothingKnown, ...given, random: 1 }).dueAtMs - nowMs).toBe(expected);
});

test('upgrades of about one age look at the same beats, whenever they began', () => {
  const beats = Array.from({ length: 50 }, (_each, i) => {
    const at = nowMs + i * 737;
    const elapsedMs = 420 * seconds + i * 737;
    return at + nextLookMs({ ...nothingKnown, nowMs: at, elapsedMs, random: 0 });
  });

  expect([...new Set(beats)].map((at) => (at - nowMs) / (40 * seconds))).toEqual([1, 2]);
});

const duration = fc.integer({ min: 0, max: 24 * 60 * minutes });
const anyPace = fc
  .record({
    nowMs: fc.integer({ min: 0, max: 2 ** 42 }),
    elapsedMs: duration,
    expectedMs: fc.option(duration),
    remainingMs: fc.option(fc.integer({ min: -5 * minutes, max: 24 * 60 * minutes })),
    percent: fc.option(fc.integer({ min: 0, max: 100 })),
    minMs: fc.integer({ min: 1, max: 60 * seconds }),
    spanMs: fc.integer({ min: 0, max: 60 * minutes }),
    random: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  .map(({ minMs, spanMs, ...rest }) => ({ ...rest, bounds: { minMs, maxMs: minMs + spanMs } }));

test('a whole number within the bounds, whatever the cloud says', () => {
  fc.assert(
    fc.property(anyPace, (pace) => {
      const look = nextLookMs(pace);

      expect(Number.isInteger(look)).toBe(true);
      expect(look).toBeGreaterThanOrEqual(pace.bounds.minMs);
      expect(look).toBeLessThanOrEqual(pace.bounds.maxMs);
    }),
  );
});

test('an end that is in sight is not looked for before, nor more than a tenth of its length late', () => {
  fc.assert(
    fc.property(anyPace, duration, (pace, remainingMs) => {
      const look = nextLookMs({ ...pace, remainingMs });

      const { minMs, maxMs } = pace.bounds;
      const latestMs = Math.max(remainingMs, minMs, pace.elapsedMs / 60) * 1.1;
      const beatMs = Math.max(2_000, 2 * minMs, (pace.elapsedMs + remainingMs) / 10);
      expect(look).toBeLessThanOrEqual(Math.min(maxMs, latestMs + beatMs + 1));
      if (remainingMs + beatMs < maxMs) expect(look).toBeGreaterThanOrEqual(remainingMs);
    }),
  );
});
