import { calendarLines, openingWords } from '../../client/calendar-view';
import type { Calendar, FrozenPlan } from '../../rollout/frozen-plan';
import { resolveOpenings } from '../../rollout/windows';

const SHANGHAI = 'Asia/Shanghai';
const NIGHTS = { cron: '0 1 * * SAT,SUN', forMs: 4 * 3_600_000, zone: SHANGHAI };
const XMAS = { from: '2026-12-24', to: '2027-01-02', zone: SHANGHAI };
const now = new Date('2026-11-25T00:00:00.000Z');

/** What is shown of a plan that was frozen an hour ago. */
function lines(given: Partial<Calendar>, width = 100): string[] {
  const calendar = { windows: [], blackouts: [], outside: 'wait' as const, ...given };
  const from = '2026-11-24T23:00:00.000Z';
  const rules = { openings: resolveOpenings(calendar, { from }) } as FrozenPlan['rules'];
  return calendarLines({ calendar, rules }, { now, width });
}

test('windows and blackouts, with the next three openings on the clocks of the plan', () => {
  expect(lines({ windows: [NIGHTS], blackouts: [XMAS] })).toEqual([
    'window: 0 1 * * SAT,SUN for 4 h, Asia/Shanghai',
    'blackout: 2026-12-24 to the end of 2027-01-01, Asia/Shanghai',
    'what does not fit before a window closes waits for the next one',
    'the next openings:',
    '  Sat 2026-11-28 01:00 to 05:00 Asia/Shanghai',
    '  Sun 2026-11-29 01:00 to 05:00 Asia/Shanghai',
    '  Sat 2026-12-05 01:00 to 05:00 Asia/Shanghai',
  ]);
});

test('a blackout of one day, no windows: what is open now has begun before', () => {
  const day = { from: '2026-12-24', to: '2026-12-25', zone: SHANGHAI };

  expect(lines({ blackouts: [day] })).toEqual([
    'blackout: 2026-12-24, Asia/Shanghai',
    'no windows: any time outside the blackouts',
    'the next openings:',
    '  now to Thu 2026-12-24 00:00 Asia/Shanghai',
    '  Fri 2026-12-25 00:00 Asia/Shanghai and on',
  ]);
});

test('skip is said, and long lines are wrapped', () => {
  const shown = lines({ windows: [NIGHTS], outside: 'skip' }, 50);

  expect(shown).toContain('what does not fit before a window closes is');
  expect(Math.max(...shown.map((line) => line.length))).toBeLessThanOrEqual(50);
});

test('nothing opens -> said', () => {
  const years = { from: '2026-01-01', to: '2029-01-01', zone: 'UTC' };

  expect(lines({ blackouts: [years] })).toContain('nothing opens before 2027-12-29 23:00:00 UTC');
});

test('no calendar -> no lines', () => {
  const rules = { openings: null } as FrozenPlan['rules'];

  expect(calendarLines({ calendar: null, rules }, { now, width: 80 })).toEqual([]);
});

test.each([
  {
    name: 'over midnight',
    given: { from: '2026-11-28T15:00:00.000Z', to: '2026-11-28T17:00:00.000Z' },
    zone: SHANGHAI,
    expected: 'Sat 2026-11-28 23:00 to Sun 2026-11-29 01:00 Asia/Shanghai',
  },
  {
    name: 'over the spring night',
    given: { from: '2027-03-28T00:00:00.000Z', to: '2027-03-28T04:00:00.000Z' },
    zone: 'Europe/Berlin',
    expected: 'Sun 2027-03-28 01:00 to 06:00 Europe/Berlin, 4 h',
  },
  {
    name: 'over the autumn night',
    given: { from: '2026-10-25T00:30:00.000Z', to: '2026-10-25T01:30:00.000Z' },
    zone: 'Europe/Berlin',
    expected: 'Sun 2026-10-25 02:30 to 02:30 Europe/Berlin, 1 h',
  },
])('openingWords: $name', ({ given, zone, expected }) => {
  expect(openingWords(given, zone)).toBe(expected);
});
