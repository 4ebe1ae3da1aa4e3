import { parsePlan } from '../../rollout/plan';
import { CACHE, problemsOf, readPlan } from './plan.builder';

const NOW = '2026-11-21T12:00:00.000Z';
const WINDOW = { cron: '0 1 * * SAT,SUN', for: '4h', zone: 'Asia/Shanghai' };
const XMAS = { from: '2026-12-24', to: '2027-01-02', zone: 'Asia/Shanghai' };
const FIELDS = 'minute hour day-of-month month day-of-week, such as 0 1 * * SAT,SUN';

test('windows and blackouts -> as the plan says them', () => {
  const plan = readPlan({ windows: [WINDOW], blackouts: [XMAS], outsideWindows: 'skip' });

  expect(plan).toMatchObject({
    windows: [{ cron: '0 1 * * SAT,SUN', forMs: 14_400_000, zone: 'Asia/Shanghai' }],
    blackouts: [XMAS],
    outsideWindows: 'skip',
  });
});

describe('mistakes that show at any time', () => {
  test.each([
    {
      name: 'an hour that does not exist',
      given: { windows: [{ ...WINDOW, cron: '0 25 * * *' }] },
      path: 'windows[0].cron',
      message: 'is no cron: Invalid value for hour: 25',
      suggestion: FIELDS,
    },
    {
      name: 'a day that has no such name',
      given: { windows: [{ ...WINDOW, cron: '0 1 * * SATT' }] },
      path: 'windows[0].cron',
      message: "is no cron: Syntax error, a month or day name has to stand alone ('SATT').",
      suggestion: FIELDS,
    },
    {
      name: 'seconds',
      given: { windows: [{ ...WINDOW, cron: '0 0 1 * * SAT' }] },
      path: 'windows[0].cron',
      message: 'has 6 fields, not five',
      suggestion: FIELDS,
    },
    {
      name: 'a nickname',
      given: { windows: [{ ...WINDOW, cron: '@daily' }] },
      path: 'windows[0].cron',
      message: 'has 1 field, not five',
      suggestion: FIELDS,
    },
    {
      name: 'a date, which croner would take',
      given: { windows: [{ ...WINDOW, cron: '2026-12-24T00:00:00' }] },
      path: 'windows[0].cron',
      message: 'has 1 field, not five',
      suggestion: FIELDS,
    },
    {
      name: 'a day that no month has',
      given: { windows: [WINDOW, { ...WINDOW, cron: '0 1 31 2 *' }] },
      path: 'windows[1].cron',
      message: 'never opens: no month has such a day',
      suggestion: FIELDS,
    },
    {
      name: 'a zone with a slip in it',
      given: { windows: [{ ...WINDOW, zone: 'Asia/Shangai' }] },
      path: 'windows[0].zone',
      message: 'no time zone is called Asia/Shangai',
      suggestion: 'did you mean Asia/Shanghai?',
    },
    {
      name: 'a zone that is short for several',
      given: { blackouts: [{ ...XMAS, zone: 'CST' }] },
      path: 'blackouts[0].zone',
      message: 'no time zone is called CST',
      suggestion: 'such as Asia/Shanghai or UTC',
    },
    {
      name: 'a date that does not exist',
      given: { blackouts: [{ ...XMAS, from: '2026-02-30' }] },
      path: 'blackouts[0].from',
      message: 'there is no 2026-02-30',
      suggestion: 'that month ends on 2026-02-28',
    },
    {
      name: 'a month that does not exist',
      given: { blackouts: [{ ...XMAS, to: '2026-13-01' }] },
      path: 'blackouts[0].to',
      message: 'there is no 2026-13-01',
      suggestion: 'a date such as 2026-12-24',
    },
    {
      name: 'a year that is a slip',
      given: { blackouts: [{ ...XMAS, from: '0206-12-24' }] },
      path: 'blackouts[0].from',
      message: 'there is no 0206-12-24',
      suggestion: 'a date such as 2026-12-24',
    },
    {
      name: 'to on the same day as from',
      given: { blackouts: [{ ...XMAS, to: '2026-12-24' }] },
      path: 'blackouts[0].to',
      message: '2026-12-24 does not come after from, 2026-12-24',
      suggestion: 'the first day on which upgrades may begin again',
    },
  ])('$name -> $path', ({ given, path, message, suggestion }) => {
    expect(problemsOf(given)).toEqual([{ path, message, suggestion }]);
  });

  test.each(['2026-12-25', '2028-02-29'])('to %s, after from -> fine', (to) => {
    expect(problemsOf({ blackouts: [{ ...XMAS, to }] })).toEqual([]);
  });

  test('all of them together, and with those of other fields', () => {
    const problems = problemsOf({
      name: 'no name',
      windows: [{ cron: '0 25 * * *', for: '4', zone: 'Mars/Base' }, { cron: '@daily' }],
      blackouts: [{ from: '2026-12-24', to: '2026-12-01', zone: 8 }, 'xmas'],
      outsideWindows: 'later',
    });

    expect(problems.map(({ path }) => path).sort()).toEqual([
      'blackouts[0].to',
      'blackouts[0].zone',
      'blackouts[1]',
      'name',
      'outsideWindows',
      'windows[0].cron',
      'windows[0].for',
      'windows[0].zone',
      'windows[1].cron',
      'windows[1].for',
      'windows[1].zone',
    ]);
  });
});

describe('mistakes that depend on the day', () => {
  /** The problems of a plan as they are on 2026-11-21. */
  function today(change: object) {
    const plan = {
      version: 1,
      name: 'caches',
      projectId: '0483b6b16e954cb88930a360d2c4e663',
      region: 'cn-north-4',
      upgrades: { cache: { family: 'dcs-instance', engineMinorVersion: 'latest' } },
      targets: [{ upgrade: 'cache', instanceId: CACHE }],
      ...change,
    };
    const readFile = () => '';
    return parsePlan(JSON.stringify(plan), { readFile }, NOW).problems;
  }

  test.each([
    {
      name: 'a leap day that is far away',
      given: { windows: [{ ...WINDOW, cron: '0 1 29 2 *' }] },
      path: 'windows[0].cron',
      message: 'does not open within 400 days, the next time is 2028-02-28T17:00Z',
    },
    {
      name: 'every opening in a blackout',
      given: {
        windows: [{ ...WINDOW, cron: '0 1 25 12 *' }],
        blackouts: [{ ...XMAS, to: '2027-12-27' }],
      },
      path: 'windows',
      message: 'within 400 days nothing opens that no blackout covers',
    },
    {
      name: 'a blackout of everything',
      given: { blackouts: [{ from: '2026-01-01', to: '2028-01-01', zone: 'UTC' }] },
      path: 'blackouts',
      message: 'within 400 days nothing opens that no blackout covers',
    },
    {
      name: 'too often',
      given: { windows: [{ ...WINDOW, cron: '* * * * *', for: '1m' }] },
      path: 'windows',
      message: '"* * * * *" opens too often: 10000 windows are the most that are looked at',
    },
    {
      name: 'an upgrade longer than every window',
      given: {
        windows: [WINDOW],
        upgrades: {
          cache: { family: 'dcs-instance', engineMinorVersion: 'latest', expect: '241m' },
        },
      },
      path: 'upgrades.cache.expect',
      message: 'is longer than any window is open',
    },
  ])('$name -> $path', ({ given, path, message }) => {
    expect(today(given)).toEqual([
      { path, message, suggestion: expect.stringMatching(/./) as string },
    ]);
  });

  test.each([
    { name: 'an upgrade as long as the window', given: { windows: [WINDOW], expect: '4h' } },
    { name: 'once a year', given: { windows: [{ ...WINDOW, cron: '0 1 21 11 *' }], expect: '1h' } },
    { name: 'a blackout that is over', given: { blackouts: [XMAS], expect: '1h' } },
  ])('$name -> fine', ({ given: { expect: expected, ...given } }) => {
    const cache = { family: 'dcs-instance', engineMinorVersion: 'latest', expect: expected };

    expect(today({ ...given, upgrades: { cache } })).toEqual([]);
  });

  test('without a day they are not looked for', () => {
    expect(problemsOf({ windows: [{ ...WINDOW, cron: '0 1 29 2 *' }] })).toEqual([]);
  });
});
