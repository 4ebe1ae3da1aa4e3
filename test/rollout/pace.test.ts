import fc from 'fast-check';
import { nextLookMs } from '../../rollout/pace';

const seconds = 1_000;
const minutes = 60 * seconds;
const bounds = { minMs: 10 * seconds, maxMs: 10 * minutes };
const nothingKnown = {
  elapsedMs: 0,
  expectedMs: null,
  remainingMs: null,
  percent: null,
  bounds,
};

test.each([
  { name: 'nothing known, just begun -> soon', given: {}, expected: 10 * seconds },
  {
    name: 'nothing known, older -> a tenth of its age',
    given: { elapsedMs: 20 * minutes },
    expected: 2 * minutes,
  },
  {
    name: 'nothing known, very old -> the longest',
    given: { elapsedMs: 600 * minutes },
    expected: 9.5 * minutes,
  },
  {
    name: 'expected, just begun -> when it should end',
    given: { expectedMs: 8 * minutes },
    expected: 8 * minutes,
  },
  {
    name: 'expected far off -> the longest',
    given: { expectedMs: 60 * minutes },
    expected: 9.5 * minutes,
  },
  {
    name: 'expected, near its end -> soon',
    given: { expectedMs: 8 * minutes, elapsedMs: 7.9 * minutes },
    expected: 10.5 * seconds,
  },
  {
    name: 'expected now -> soon',
    given: { expectedMs: 8 * minutes, elapsedMs: 8 * minutes },
    expected: 10.5 * seconds,
  },
  {
    name: 'overdue -> a tenth of the delay',
    given: { expectedMs: 20 * minutes, elapsedMs: 40 * minutes },
    expected: 2 * minutes,
  },
  {
    name: 'the cloud says what is left -> then',
    given: { remainingMs: 3 * minutes, expectedMs: 9 * minutes, percent: 1 },
    expected: 3 * minutes,
  },
  {
    name: 'the cloud says hours are left -> the longest',
    given: { remainingMs: 300 * minutes },
    expected: 9.5 * minutes,
  },
  {
    name: 'the cloud says nothing is left -> soon',
    given: { remainingMs: 0, elapsedMs: 5 * minutes },
    expected: 10.5 * seconds,
  },
  {
    name: 'nothing left, said for hours -> a sixtieth of its age',
    given: { remainingMs: 0, elapsedMs: 120 * minutes },
    expected: 2 * minutes,
  },
  {
    name: 'percentage -> its own speed',
    given: { percent: 75, elapsedMs: 6 * minutes, expectedMs: 60 * minutes },
    expected: 2 * minutes,
  },
  {
    name: '0 % says nothing -> the expectation',
    given: { percent: 0, elapsedMs: 1 * minutes, expectedMs: 4 * minutes },
    expected: 3 * minutes,
  },
  {
    name: '100 % -> soon',
    given: { percent: 100, elapsedMs: 5 * minutes },
    expected: 10.5 * seconds,
  },
])('$name', ({ given, expected }) => {
  const look = nextLookMs({ ...nothingKnown, ...given, random: 0.5 });

  // Half a jitter at a bound: chance then goes to the inside only.
  expect(look).toBeGreaterThanOrEqual(expected * 0.99);
  expect(look).toBeLessThanOrEqual(expected * 1.06);
});

test('chance moves it by a tenth at most', () => {
  const look = (random: number) =>
    nextLookMs({ ...nothingKnown, remainingMs: 100 * seconds, random });

  expect([look(0), look(0.5), look(1)]).toEqual([90 * seconds, 100 * seconds, 110 * seconds]);
});

const duration = fc.integer({ min: 0, max: 24 * 60 * minutes });
const anyPace = fc
  .record({
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

test('the more the cloud says is left, the later the look', () => {
  fc.assert(
    fc.property(anyPace, duration, duration, (pace, one, other) => {
      const look = (remainingMs: number) => nextLookMs({ ...pace, remainingMs });

      expect(look(Math.min(one, other))).toBeLessThanOrEqual(look(Math.max(one, other)));
    }),
  );
});

test('a wave at the longest gap does not ask in step', () => {
  const looks = [0, 0.25, 0.5, 0.75, 1].map((random) =>
    nextLookMs({ ...nothingKnown, remainingMs: 300 * minutes, random }),
  );

  expect(new Set(looks).size).toBe(looks.length);
});
