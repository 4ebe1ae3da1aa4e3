import fc from 'fast-check';
import type { Blackout, WindowRule } from '../../rollout/frozen-plan';
import { isOpen } from '../../rollout/openings';
import { CalendarRefusedError, resolveOpenings, zoneMeant } from '../../rollout/windows';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

function window(cron: string, hours: number, zone: string): WindowRule {
  return { cron, forMs: hours * HOUR, zone };
}

interface Given {
  readonly windows?: readonly WindowRule[];
  readonly blackouts?: readonly Blackout[];
  readonly from: string;
  readonly days?: number;
}

/** `2026-11-28T01:00/05:00`: what is on one day is said once. All in UTC. */
function resolved({ windows = [], blackouts = [], from, days = 7 }: Given): string[] {
  const { spans } = resolveOpenings({ windows, blackouts }, { from, days });
  return spans.map((span) => {
    const [start, end] = [span.from.slice(0, 16), span.to.slice(0, 16)];
    return `${start}/${start.slice(0, 11) === end.slice(0, 11) ? end.slice(11) : end}`;
  });
}

const BERLIN = 'Europe/Berlin';
const NEW_YORK = 'America/New_York';

describe('windows', () => {
  test.each([
    {
      name: 'weekends at one in Shanghai -> Friday and Saturday evening in UTC',
      given: {
        windows: [window('0 1 * * SAT,SUN', 4, 'Asia/Shanghai')],
        from: '2026-11-25T00:00Z',
      },
      expected: ['2026-11-27T17:00/21:00', '2026-11-28T17:00/21:00'],
    },
    {
      name: 'SAT#2 -> the second Saturday of each month only',
      given: { windows: [window('0 1 * * SAT#2', 1, 'UTC')], from: '2026-12-01T00:00Z', days: 62 },
      expected: ['2026-12-12T01:00/02:00', '2027-01-09T01:00/02:00'],
    },
    {
      name: 'SAT#L -> the last Saturday of each month',
      given: { windows: [window('0 1 * * SAT#L', 1, 'UTC')], from: '2026-12-01T00:00Z', days: 62 },
      expected: ['2026-12-26T01:00/02:00', '2027-01-30T01:00/02:00'],
    },
    {
      name: 'L -> the last day of a month, also of February',
      given: { windows: [window('0 22 L * *', 1, 'UTC')], from: '2027-01-15T00:00Z', days: 60 },
      expected: ['2027-01-31T22:00/23:00', '2027-02-28T22:00/23:00'],
    },
    {
      name: 'begun before, still open -> from now on',
      given: { windows: [window('0 1 * * *', 4, 'UTC')], from: '2026-11-25T03:00Z', days: 1 },
      expected: ['2026-11-25T03:00/05:00', '2026-11-26T01:00/03:00'],
    },
    {
      name: 'begun before, closes at this instant -> the next one',
      given: { windows: [window('0 1 * * *', 4, 'UTC')], from: '2026-11-25T05:00Z', days: 1 },
      expected: ['2026-11-26T01:00/05:00'],
    },
    {
      name: 'opens at this instant -> open',
      given: { windows: [window('0 1 * * *', 4, 'UTC')], from: '2026-11-25T01:00Z', days: 1 },
      expected: ['2026-11-25T01:00/05:00'],
    },
    {
      name: 'opens when what is known ends -> not yet known',
      given: { windows: [window('0 1 * * *', 4, 'UTC')], from: '2026-11-25T05:00Z', days: 20 / 24 },
      expected: [],
    },
    {
      name: 'two that overlap and one that touches -> one opening',
      given: {
        windows: [
          window('0 1 * * *', 2, 'UTC'),
          window('0 2 * * *', 2, 'UTC'),
          window('0 4 * * *', 1, 'UTC'),
        ],
        from: '2026-11-25T00:00Z',
        days: 1,
      },
      expected: ['2026-11-25T01:00/05:00'],
    },
    {
      name: 'one longer than its cron is apart -> always open',
      given: { windows: [window('0 1 * * *', 24, 'UTC')], from: '2026-11-25T00:00Z', days: 2 },
      expected: ['2026-11-25T00:00/2026-11-27T00:00'],
    },
    {
      name: 'longer than a week, begun before -> found',
      given: { windows: [window('0 0 1 * *', 30 * 24, 'UTC')], from: '2026-11-28T00:00Z', days: 5 },
      expected: ['2026-11-28T00:00/2026-12-03T00:00'],
    },
  ])('$name', ({ given, expected }) => {
    expect(resolved(given)).toEqual(expected);
  });
});

describe('the nights when clocks change', () => {
  test.each([
    // Berlin: 02:00 -> 03:00 at 2027-03-28T01:00Z; 03:00 -> 02:00 at 2026-10-25T01:00Z.
    {
      name: 'spring, begins in the gap -> opens when clocks have leapt, its full length',
      given: { windows: [window('30 2 * * SUN', 4, BERLIN)], from: '2027-03-27T12:00Z', days: 1 },
      expected: ['2027-03-28T01:00/05:00'],
    },
    {
      name: 'spring, one of several begins in the gap -> as if it were alone',
      given: {
        windows: [window('30 2,14 * * SUN', 1, BERLIN)],
        from: '2027-03-27T12:00Z',
        days: 2,
      },
      expected: ['2027-03-28T01:00/02:00', '2027-03-28T12:30/13:30'],
    },
    {
      name: 'spring, spans the change -> four hours by the stopwatch, 06:00 on the wall',
      given: { windows: [window('0 1 * * SUN', 4, BERLIN)], from: '2027-03-27T12:00Z', days: 1 },
      expected: ['2027-03-28T00:00/04:00'],
    },
    {
      name: 'spring, begins as the gap ends -> then',
      given: { windows: [window('0 3 * * SUN', 1, BERLIN)], from: '2027-03-27T12:00Z', days: 1 },
      expected: ['2027-03-28T01:00/02:00'],
    },
    {
      name: 'autumn, begins in the doubled hour -> opens the first time, once',
      given: { windows: [window('30 2 * * SUN', 1, BERLIN)], from: '2026-10-24T12:00Z', days: 1 },
      expected: ['2026-10-25T00:30/01:30'],
    },
    {
      name: 'autumn, spans the change -> four hours by the stopwatch, 04:00 on the wall',
      given: { windows: [window('0 1 * * SUN', 4, BERLIN)], from: '2026-10-24T12:00Z', days: 1 },
      expected: ['2026-10-24T23:00/2026-10-25T03:00'],
    },
    {
      name: 'autumn, seen from within the second of the doubled hours -> still open, not again',
      given: { windows: [window('30 2 * * SUN', 1, BERLIN)], from: '2026-10-25T01:15Z', days: 1 },
      expected: ['2026-10-25T01:15/01:30'],
    },
    {
      name: 'autumn, every hour -> both of the doubled ones',
      given: {
        windows: [window('0 * * * SUN', 0.5, BERLIN)],
        from: '2026-10-24T23:59Z',
        days: 3 / 24,
      },
      expected: ['2026-10-25T00:00/00:30', '2026-10-25T01:00/01:30', '2026-10-25T02:00/02:30'],
    },
    {
      name: 'the days around keep their hour on the wall',
      given: { windows: [window('0 1 * * *', 1, BERLIN)], from: '2026-10-24T12:00Z', days: 2 },
      expected: ['2026-10-24T23:00/2026-10-25T00:00', '2026-10-26T00:00/01:00'],
    },
    // New York: 02:00 -> 03:00 at 2027-03-14T07:00Z; 02:00 -> 01:00 at 2026-11-01T06:00Z.
    {
      name: 'New York, spring, begins in the gap',
      given: { windows: [window('15 2 * * SUN', 2, NEW_YORK)], from: '2027-03-13T12:00Z', days: 1 },
      expected: ['2027-03-14T07:00/09:00'],
    },
    {
      name: 'New York, autumn, begins in the doubled hour',
      given: { windows: [window('30 1 * * SUN', 2, NEW_YORK)], from: '2026-10-31T12:00Z', days: 1 },
      expected: ['2026-11-01T05:30/07:30'],
    },
    {
      name: 'Lord Howe, autumn by half an hour, begins in the doubled half',
      given: {
        windows: [window('45 1 * * SUN', 1, 'Australia/Lord_Howe')],
        from: '2027-04-03T00:00Z',
        days: 1,
      },
      expected: ['2027-04-03T14:45/15:45'],
    },
  ])('$name', ({ given, expected }) => {
    expect(resolved(given)).toEqual(expected);
  });
});

describe('blackouts', () => {
  const days = 30;
  const xmas = { from: '2026-12-24', to: '2027-01-02', zone: 'Asia/Shanghai' };

  test.each([
    {
      name: 'no windows -> all the time but the blackout, which ends as its last day begins',
      given: { blackouts: [xmas], from: '2026-12-20T00:00Z', days },
      expected: ['2026-12-20T00:00/2026-12-23T16:00', '2027-01-01T16:00/2027-01-19T00:00'],
    },
    {
      name: 'in the midst of it -> opens at its end',
      given: { blackouts: [xmas], from: '2026-12-28T00:00Z', days },
      expected: ['2027-01-01T16:00/2027-01-27T00:00'],
    },
    {
      name: 'past -> nothing of it',
      given: { blackouts: [xmas], from: '2027-01-01T16:00Z', days: 1 },
      expected: ['2027-01-01T16:00/2027-01-02T16:00'],
    },
    {
      name: 'cuts a window short, at both ends',
      given: {
        windows: [window('0 22 * * *', 4, 'Asia/Shanghai')],
        blackouts: [{ from: '2026-12-24', to: '2026-12-25', zone: 'Asia/Shanghai' }],
        from: '2026-12-23T00:00Z',
        days: 2,
      },
      expected: ['2026-12-23T14:00/16:00', '2026-12-24T16:00/18:00'],
    },
    {
      name: 'two that overlap -> closed in both',
      given: {
        blackouts: [
          { from: '2026-12-24', to: '2026-12-27', zone: 'UTC' },
          { from: '2026-12-26', to: '2026-12-28', zone: 'UTC' },
        ],
        from: '2026-12-23T00:00Z',
        days: 7,
      },
      expected: ['2026-12-23T00:00/2026-12-24T00:00', '2026-12-28T00:00/2026-12-30T00:00'],
    },
    {
      name: 'in another zone than the window',
      given: {
        windows: [window('0 0 * * *', 24, 'UTC')],
        blackouts: [{ from: '2026-12-24', to: '2026-12-25', zone: NEW_YORK }],
        from: '2026-12-23T00:00Z',
        days: 3,
      },
      expected: ['2026-12-23T00:00/2026-12-24T05:00', '2026-12-25T05:00/2026-12-26T00:00'],
    },
    {
      name: 'over the autumn night -> 25 hours',
      given: {
        blackouts: [{ from: '2026-10-25', to: '2026-10-26', zone: BERLIN }],
        from: '2026-10-24T00:00Z',
        days: 3,
      },
      expected: ['2026-10-24T00:00/22:00', '2026-10-25T23:00/2026-10-27T00:00'],
    },
    {
      // Clocks in Chile leap from 24:00 to 01:00 on 2026-09-06, at 04:00Z.
      name: 'begins on a day without midnight -> as that day begins',
      given: {
        blackouts: [{ from: '2026-09-06', to: '2026-09-07', zone: 'America/Santiago' }],
        from: '2026-09-05T00:00Z',
        days: 3,
      },
      expected: ['2026-09-05T00:00/2026-09-06T04:00', '2026-09-07T03:00/2026-09-08T00:00'],
    },
    {
      name: 'ends on a day without midnight -> as that day begins',
      given: {
        blackouts: [{ from: '2026-09-05', to: '2026-09-06', zone: 'America/Santiago' }],
        from: '2026-09-04T00:00Z',
        days: 3,
      },
      expected: ['2026-09-04T00:00/2026-09-05T04:00', '2026-09-06T04:00/2026-09-07T00:00'],
    },
    {
      // Beirut leaps at midnight as well, on 2027-03-28, at 22:00Z of the day before.
      name: 'Beirut, a day without midnight',
      given: {
        blackouts: [{ from: '2027-03-28', to: '2027-03-29', zone: 'Asia/Beirut' }],
        from: '2027-03-27T00:00Z',
        days: 2,
      },
      expected: ['2027-03-27T00:00/22:00', '2027-03-28T21:00/2027-03-29T00:00'],
    },
    {
      // Havana shows 00:00 to 01:00 twice on 2026-11-01, first at 04:00Z.
      name: 'a day whose midnight comes twice -> the first',
      given: {
        blackouts: [{ from: '2026-11-01', to: '2026-11-02', zone: 'America/Havana' }],
        from: '2026-10-31T00:00Z',
        days: 3,
      },
      expected: ['2026-10-31T00:00/2026-11-01T04:00', '2026-11-02T05:00/2026-11-03T00:00'],
    },
  ])('$name', ({ given, expected }) => {
    expect(resolved(given)).toEqual(expected);
  });
});

describe('bounds', () => {
  const from = '2026-11-21T00:00:00.000Z';

  test('known for 400 days, and said so', () => {
    const { until, spans } = resolveOpenings(
      { windows: [window('0 1 * * *', 1, 'UTC')], blackouts: [] },
      { from },
    );

    expect(until).toBe('2027-12-26T00:00:00.000Z');
    expect(spans).toHaveLength(400);
  });

  test('hourly for an hour -> one opening', () => {
    const rules = { windows: [window('0 * * * *', 1, 'UTC')], blackouts: [] };

    expect(resolveOpenings(rules, { from }).spans).toHaveLength(1);
  });

  test.each([
    { name: 'every minute', cron: '* * * * *', says: /opens too often/ },
    { name: 'every hour for half of it', cron: '0 * * * *', says: /open 9600 times in 400 days/ },
  ])('$name -> refused with words', ({ cron, says }) => {
    const rules = { windows: [window(cron, 0.5, 'UTC')], blackouts: [] };

    expect(() => resolveOpenings(rules, { from })).toThrow(CalendarRefusedError);
    expect(() => resolveOpenings(rules, { from })).toThrow(says);
  });
});

test.each([
  ['Asia/Shanghai', null],
  ['UTC', null],
  ['asia/shanghai', null],
  ['Asia/Shangai', 'did you mean Asia/Shanghai?'],
  ['Singapore', 'did you mean Asia/Singapore?'],
  ['utc', 'did you mean UTC?'],
  ['berlin', 'did you mean Europe/Berlin?'],
  // Known to the machine as Chicago, and meant as China by others.
  ['CST', 'such as Asia/Shanghai or UTC'],
  ['Mars/Base', 'such as Asia/Shanghai or UTC'],
])('zone %s -> %s', (zone, expected) => {
  expect(zoneMeant(zone)).toBe(expected);
});

describe('whatever the zone, the instant and the window', () => {
  const zones = fc.constantFrom(BERLIN, NEW_YORK, 'Asia/Shanghai', 'America/Santiago', 'UTC');
  const year = Date.parse('2026-06-01T00:00:00.000Z');
  const instants = fc.integer({ min: 0, max: 500 * DAY }).map((ms) => year + ms);
  const given = fc.record({
    zone: zones,
    hour: fc.integer({ min: 0, max: 23 }),
    minute: fc.integer({ min: 0, max: 59 }),
    forMinutes: fc.integer({ min: 1, max: 24 * 60 }),
    from: instants,
    later: fc.integer({ min: 0, max: 20 * DAY }),
  });
  const iso = (ms: number) => new Date(ms).toISOString();

  test('it is open when the clock on the wall says so, on days when clocks do not change', () => {
    fc.assert(
      fc.property(given, ({ zone, hour, minute, forMinutes, from, later }) => {
        const rule = { cron: `${minute} ${hour} * * *`, forMs: forMinutes * 60_000, zone };
        const at = from + later;
        fc.pre(offset(at - 2 * DAY, zone) === offset(at + DAY, zone));

        const openings = resolveOpenings(
          { windows: [rule], blackouts: [] },
          { from: iso(from), days: 21 },
        );

        const wallMs = (at + offset(at, zone)) % DAY;
        const sinceMs = (wallMs - (hour * 60 + minute) * 60_000 + DAY) % DAY;
        expect(isOpen(openings, iso(at))).toBe(sinceMs < rule.forMs);
      }),
      { numRuns: 300 },
    );
  });

  test('resolved again later, it says the same', () => {
    fc.assert(
      fc.property(given, ({ zone, hour, minute, forMinutes, from, later }) => {
        const rule = { cron: `${minute} ${hour} * * *`, forMs: forMinutes * 60_000, zone };
        const rules = { windows: [rule], blackouts: [] };

        const before = resolveOpenings(rules, { from: iso(from), days: 25 }).spans;
        const after = resolveOpenings(rules, { from: iso(from + later), days: 2 }).spans;

        const start = iso(from + later);
        const end = iso(from + later + 2 * DAY);
        const part = before
          .map((span) => ({
            from: span.from < start ? start : span.from,
            to: span.to > end ? end : span.to,
          }))
          .filter((span) => span.from < span.to);
        expect(after).toEqual(part);
      }),
      { numRuns: 300 },
    );
  });

  /** What the zone's clocks are ahead of UTC. */
  function offset(ms: number, zone: string): number {
    const text = new Date(ms).toLocaleString('sv', { timeZone: zone });
    return Date.parse(`${text.replace(' ', 'T')}Z`) - Math.floor(ms / 1000) * 1000;
  }
});
