import type { Openings } from '../../rollout/frozen-plan';
import {
  fit,
  isOpen,
  needsResolving,
  openingsFrom,
  openMsBetween,
  resolvingAt,
} from '../../rollout/openings';
import { timed } from '../support/timed';

const MIN = 60_000;

/** An instant on 1 or 2 December: `at('01:00')`, `at('01:00', 2)`. */
function at(time: string, day = 1): string {
  return new Date(`2026-12-0${day}T${time}Z`).toISOString();
}

/** Two hours, ten minutes, and four hours on the next day. */
const openings: Openings = {
  spans: [
    { from: at('01:00'), to: at('03:00') },
    { from: at('05:00'), to: at('05:10') },
    { from: at('01:00', 2), to: at('05:00', 2) },
  ],
  until: '2027-01-05T00:00:00.000Z',
};

describe('fit', () => {
  test('no windows -> fits, no limit', () => {
    expect(fit(null, 20 * MIN, at('12:00'))).toEqual({ fits: true, notAfter: null });
  });

  test.each([
    { name: 'an instant before it opens', now: at('00:59:59.999'), fits: false },
    { name: 'as it opens', now: at('01:00'), fits: true },
    { name: 'the last instant that leaves enough time', now: at('02:40'), fits: true },
    { name: 'an instant later', now: at('02:40:00.001'), fits: false },
    { name: 'as it closes', now: at('03:00'), fits: false },
    { name: 'between two', now: at('04:00'), fits: false },
    { name: 'in one that is too short', now: at('05:00'), fits: false },
    { name: 'after the last', now: at('05:00', 2), fits: false },
  ])('20 min, $name -> $fits', ({ now, fits }) => {
    expect(fit(openings, 20 * MIN, now).fits).toBe(fits);
  });

  test.each([
    { name: 'an instant before it closes', now: at('02:59:59.999'), fits: true },
    { name: 'as it closes', now: at('03:00'), fits: false },
  ])('nobody knows how long, $name -> $fits', ({ now, fits }) => {
    expect(fit(openings, null, now).fits).toBe(fits);
  });

  test.each([
    { name: '20 min', expectMs: 20 * MIN, notAfter: at('02:40') },
    { name: 'exactly as long as the window', expectMs: 120 * MIN, notAfter: at('01:00') },
    // Half-open: at its end itself the window is closed.
    { name: 'nobody knows', expectMs: null, notAfter: at('02:59:59.999') },
  ])('$name -> its request not after $notAfter', ({ expectMs, notAfter }) => {
    expect(fit(openings, expectMs, at('01:00'))).toEqual({ fits: true, notAfter });
  });

  test.each([
    {
      name: 'before all',
      given: { expectMs: 20 * MIN, now: at('00:00') },
      expected: { until: at('01:00'), words: 'no window is open' },
    },
    {
      name: 'the next one is too short -> the one after it',
      given: { expectMs: 20 * MIN, now: at('03:00') },
      expected: { until: at('01:00', 2), words: 'no window is open' },
    },
    {
      name: 'the next one is just long enough',
      given: { expectMs: 10 * MIN, now: at('03:00') },
      expected: { until: at('05:00'), words: 'no window is open' },
    },
    {
      name: 'open, but not for long enough',
      given: { expectMs: 20 * MIN, now: at('02:50') },
      expected: {
        until: at('01:00', 2),
        words: 'the window closes at 2026-12-01T03:00:00.000Z, too soon for an upgrade of 20 min',
      },
    },
    {
      name: 'none is ever long enough',
      given: { expectMs: 300 * MIN, now: at('03:00') },
      expected: {
        until: null,
        words: 'no window is open, and none is known that is long enough for an upgrade of 300 min',
      },
    },
    {
      name: 'after the last',
      given: { expectMs: null, now: at('05:00', 2) },
      expected: { until: null, words: 'no window is open, and no further one is known' },
    },
    {
      name: 'too late in the last',
      given: { expectMs: 30_000, now: at('04:59:31', 2) },
      expected: {
        until: null,
        words:
          'the window closes at 2026-12-02T05:00:00.000Z, too soon for an upgrade of 30 s, and no further one is known',
      },
    },
  ])('$name -> until $expected.until', ({ given: { expectMs, now }, expected }) => {
    expect(fit(openings, expectMs, now)).toEqual({ fits: false, ...expected });
  });

  test('nothing opens at all -> not, and until nobody knows', () => {
    const never = { spans: [], until: openings.until };

    expect(fit(never, null, at('01:00'))).toMatchObject({ fits: false, until: null });
  });
});

test.each([
  ['no windows', null, at('12:00'), true],
  ['open', openings, at('01:00'), true],
  ['closed', openings, at('03:00'), false],
] as const)('isOpen: %s', (_name, given, now, expected) => {
  expect(isOpen(given, now)).toBe(expected);
});

describe('openMsBetween', () => {
  test.each([
    { name: 'no windows -> all of it', given: null, from: '00:00', to: '04:00', expected: 240 },
    { name: 'to before from -> none', given: null, from: '04:00', to: '00:00', expected: 0 },
    { name: 'within one', given: openings, from: '01:30', to: '02:00', expected: 30 },
    { name: 'over its borders', given: openings, from: '00:00', to: '04:00', expected: 120 },
    {
      name: 'over two, cut at both ends',
      given: openings,
      from: '02:00',
      to: '05:05',
      expected: 65,
    },
    { name: 'between two', given: openings, from: '03:00', to: '05:00', expected: 0 },
    { name: 'to before from, open', given: openings, from: '02:00', to: '01:00', expected: 0 },
  ])('$name -> $expected min', ({ given, from, to, expected }) => {
    expect(openMsBetween(given, at(from), at(to))).toBe(expected * MIN);
  });
});

describe('openingsFrom', () => {
  test.each([
    { name: 'before all -> all', now: at('00:00'), left: 3 },
    { name: 'within the first -> it stays whole', now: at('02:59:59.999'), left: 3 },
    { name: 'as the first closes -> without it', now: at('03:00'), left: 2 },
    { name: 'after the last -> none', now: at('12:00', 2), left: 0 },
  ])('$name', ({ now, left }) => {
    const { spans } = openings;

    expect(openingsFrom(openings, now)).toEqual({ ...openings, spans: spans.slice(3 - left) });
  });

  test('no windows -> none', () => {
    expect(openingsFrom(null, at('00:00'))).toBeNull();
  });
});

test.each([
  { name: 'no windows -> never', given: null, now: '2030-01-01T00:00:00.000Z', expected: false },
  { name: '30 days left -> no', given: openings, now: '2026-12-06T00:00:00.000Z', expected: false },
  { name: 'less -> yes', given: openings, now: '2026-12-06T00:00:00.001Z', expected: true },
  { name: 'past -> yes', given: openings, now: '2027-02-01T00:00:00.000Z', expected: true },
])('needsResolving: $name', ({ given, now, expected }) => {
  expect(needsResolving(given, now)).toBe(expected);
});

test('resolvingAt: the first instant at which it is needed', () => {
  expect(resolvingAt(null)).toBeNull();
  expect(resolvingAt(openings)).toBe('2026-12-06T00:00:00.001Z');
});

test('thousands of openings are asked thousands of times in no time', () => {
  const start = Date.parse('2026-12-01T00:00:00.000Z');
  const spans = Array.from({ length: 5_000 }, (_, i) => ({
    from: new Date(start + i * 60 * MIN).toISOString(),
    to: new Date(start + i * 60 * MIN + 20 * MIN).toISOString(),
  }));
  const many = { spans, until: '2027-12-31T00:00:00.000Z' };

  const { seconds } = timed(() => spans.map(({ from }) => fit(many, 10 * MIN, from)));

  expect(seconds).toBeLessThan(1);
});
