import fc from 'fast-check';
import { scheduleWave, type Job } from '../../rollout/forecast-wave';
import { timed } from '../support/timed';

const ALWAYS = () => ({ fits: true, notAfter: null }) as const;
const START = Date.parse('2026-11-21T00:00:00Z');
const iso = (ms: number) => new Date(START + ms).toISOString();
const msUntil = (instant: string) => Date.parse(instant) - START;

function job(expectMs: number, ...claims: readonly string[]): Job {
  return { expectMs, claims: claims.map((key) => ({ key, max: 1 })) };
}

function took(jobs: readonly Job[], places: number, more: { slowStart?: boolean } = {}) {
  const span = scheduleWave({ jobs, places, slowStart: false, fit: ALWAYS, msUntil, ...more });
  return span?.lastEndMs ?? null;
}

describe('places', () => {
  test.each([
    { name: 'no jobs -> no time', jobs: [], places: 1, expected: 0 },
    { name: 'one after the other', jobs: [10, 20, 30], places: 1, expected: 60 },
    { name: 'all at once', jobs: [10, 20, 30], places: 3, expected: 30 },
    { name: 'more places than jobs', jobs: [10, 20], places: 50, expected: 20 },
    { name: 'a place freed is a place filled', jobs: [100, 10, 10, 10], places: 2, expected: 100 },
    {
      name: 'the slowest last -> the wave is as long',
      jobs: [10, 10, 100],
      places: 2,
      expected: 110,
    },
    { name: 'no time at all', jobs: [0, 0, 0], places: 1, expected: 0 },
  ])('$name -> $expected', ({ jobs, places, expected }) => {
    expect(
      took(
        jobs.map((ms) => job(ms)),
        places,
      ),
    ).toBe(expected);
  });

  test.each([
    { jobs: 1, places: 8, expected: 10 },
    { jobs: 3, places: 8, expected: 20 },
    { jobs: 7, places: 8, expected: 30 },
    { jobs: 8, places: 8, expected: 40 },
    { jobs: 7, places: 2, expected: 40 },
  ])(
    'a slow start: $jobs jobs of 10 in $places places -> $expected',
    ({ jobs, places, expected }) => {
      const all = Array.from({ length: jobs }, () => job(10));

      expect(took(all, places, { slowStart: true })).toBe(expected);
    },
  );

  test('two of one instance -> one after the other, and others pass them', () => {
    expect(took([job(10, 'a'), job(10, 'a'), job(10, 'b')], 2)).toBe(20);
  });

  test('two claims: freed in one of them only -> waits for the other', () => {
    expect(took([job(10, 'a'), job(50, 'b'), job(5, 'a', 'b'), job(5, 'a')], 9)).toBe(55);
  });
});

describe('openings', () => {
  const DAY = 1_000;
  /** The first `open` ms of each `DAY`, for three of them. */
  const daily = (open: number) => (expectMs: number, atMs: number) => {
    const day = Math.floor(atMs / DAY);
    if (day < 3 && atMs - day * DAY + expectMs <= open) {
      return { fits: true, notAfter: iso(day * DAY + open - expectMs) } as const;
    }
    const isNever = expectMs > open || day >= 2;
    return { fits: false, until: isNever ? null : iso((day + 1) * DAY) } as const;
  };
  const tookIn = (open: number, jobs: readonly number[], places = 1) =>
    scheduleWave({
      jobs: jobs.map((ms) => job(ms)),
      places,
      slowStart: false,
      fit: daily(open),
      msUntil,
    })?.lastEndMs ?? null;

  test.each([
    { name: 'all fit into one', open: 30, jobs: [10, 10, 10], expected: 30 },
    {
      name: 'a ms too short for the third -> the next day',
      open: 29,
      jobs: [10, 10, 10],
      expected: 1_010,
    },
    { name: 'a short one passes a long one', open: 30, jobs: [20, 20, 10], expected: 1_020 },
    { name: 'three days are not enough -> none', open: 10, jobs: [10, 10, 10, 10], expected: null },
    { name: 'exactly three days', open: 10, jobs: [10, 10, 10], expected: 2_010 },
    { name: 'longer than any opening -> none', open: 10, jobs: [11], expected: null },
  ])('$name -> $expected', ({ open, jobs, expected }) => {
    expect(tookIn(open, jobs)).toBe(expected);
  });

  test('an opening that begins while another attempt runs is used', () => {
    const fit = (expectMs: number, atMs: number) =>
      expectMs === 100 || atMs >= 50
        ? ({ fits: true, notAfter: null } as const)
        : ({ fits: false, until: iso(50) } as const);
    const jobs = [job(100), job(10)];

    const [two, one] = [2, 1].map((places) =>
      scheduleWave({ jobs, places, slowStart: false, fit, msUntil }),
    );

    expect(two).toEqual({ firstStartMs: 0, lastEndMs: 100 });
    expect(one).toEqual({ firstStartMs: 0, lastEndMs: 110 });
  });

  test('closed at first -> begins when it opens', () => {
    const fit = (_expectMs: number, atMs: number) =>
      atMs >= 50
        ? ({ fits: true, notAfter: null } as const)
        : ({ fits: false, until: iso(50) } as const);

    const span = scheduleWave({ jobs: [job(10)], places: 1, slowStart: false, fit, msUntil });

    expect(span).toEqual({ firstStartMs: 50, lastEndMs: 60 });
  });
});

/** The same by looking through all jobs at each instant. */
function slowly(jobs: readonly Job[], places: number, slowStart: boolean): number {
  const waiting = new Set(jobs.keys());
  let running: { readonly end: number; readonly job: Job }[] = [];
  for (let now = 0, ended = 0; ;) {
    for (const i of [...waiting]) {
      const one = jobs[i] as Job;
      const limit = Math.min(places, slowStart ? 2 ** Math.floor(Math.log2(ended + 1)) : Infinity);
      const isFree = one.claims.every(
        ({ key, max }) =>
          running.filter((each) => each.job.claims.some((claim) => claim.key === key)).length < max,
      );
      if (running.length >= limit || !isFree) continue;
      running.push({ end: now + one.expectMs, job: one });
      waiting.delete(i);
    }
    if (running.length === 0) return now;
    now = Math.min(...running.map(({ end }) => end));
    ended += running.filter(({ end }) => end <= now).length;
    running = running.filter(({ end }) => end > now);
  }
}

test('is what looking through all jobs at each instant gives', () => {
  const anyJob = fc.record({
    expectMs: fc.constantFrom(1, 2, 5, 13),
    claims: fc.uniqueArray(
      fc.constantFrom({ key: 'a', max: 1 }, { key: 'b', max: 2 }, { key: 'c', max: 1 }),
      { selector: ({ key }) => key, maxLength: 2 },
    ),
  });
  fc.assert(
    fc.property(
      fc.array(anyJob, { maxLength: 25 }),
      fc.integer({ min: 1, max: 6 }),
      fc.boolean(),
      (jobs, places, slowStart) => {
        expect(took(jobs, places, { slowStart })).toBe(slowly(jobs, places, slowStart));
      },
    ),
    { numRuns: 500 },
  );
});

test('20,000 jobs, of which 200 share each of 100 labels -> under a second', () => {
  const jobs = Array.from({ length: 20_000 }, (_, i) => job(60_000 + (i % 4), `shard ${i % 100}`));

  const { value: ms, seconds } = timed(() => took(jobs, 500));

  expect(seconds).toBeLessThan(1);
  expect(ms).toBeGreaterThan(200 * 60_000);
});
