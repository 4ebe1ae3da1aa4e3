import { Cron } from 'croner';
import fc from 'fast-check';
import { toCalendarSpec } from '../../client/calendar-spec';
import { cronToCalendars, ranges, type Calendar, type Values } from '../../client/cron';

/** Says for every minute of some days whether the calendars match, as the server reads them. */
function matches(calendars: readonly Calendar[], instant: Date): boolean {
  const holds = (values: readonly Values[] | null, value: number) =>
    values === null ||
    values.some(
      ({ start, end, step }) => value >= start && value <= end && (value - start) % step === 0,
    );
  return calendars.some(
    (calendar) =>
      holds(calendar.year, instant.getUTCFullYear()) &&
      holds(calendar.month, instant.getUTCMonth() + 1) &&
      holds(calendar.dayOfMonth, instant.getUTCDate()) &&
      holds(calendar.dayOfWeek, instant.getUTCDay()) &&
      holds(calendar.hour, instant.getUTCHours()) &&
      holds(calendar.minute, instant.getUTCMinutes()),
  );
}

describe('calendars of a cron expression', () => {
  const all = [{ start: 1, end: 31, step: 1 }];
  const everyDay = [{ start: 0, end: 6, step: 1 }];
  const everyMonth = [{ start: 1, end: 12, step: 1 }];
  const at = (value: number) => ({ start: value, end: value, step: 1 });
  const from = (start: number, end: number, step = 1) => ({ start, end, step });

  test.each([
    {
      name: 'daily: one calendar',
      given: '30 1 * * *',
      expected: [{ dayOfMonth: all, month: everyMonth, dayOfWeek: everyDay, year: null }],
    },
    {
      name: 'weekend by names: a list of weekdays',
      given: '0 1 * * SAT,SUN',
      expected: [{ dayOfMonth: all, month: everyMonth, dayOfWeek: [at(0), at(6)], year: null }],
    },
    {
      name: 'day of month or day of week: two calendars',
      given: '0 1 13 * FRI',
      expected: [
        { dayOfMonth: [at(13)], month: everyMonth, dayOfWeek: [from(0, 4), at(6)], year: null },
        { dayOfMonth: all, month: everyMonth, dayOfWeek: [at(5)], year: null },
      ],
    },
    {
      name: 'second Saturday: Saturday and 8-14',
      given: '0 1 * * SAT#2',
      expected: [{ dayOfMonth: [from(8, 14)], month: everyMonth, dayOfWeek: [at(6)], year: null }],
    },
    {
      name: 'fifth Sunday: Sunday and 29-31, in a leap February too',
      given: '0 1 * 2 SUN#5',
      expected: [
        {
          dayOfMonth: [at(29)],
          month: [at(2)],
          dayOfWeek: [at(0)],
          year: null,
        },
      ],
    },
    {
      name: 'last day: months by length, February by years',
      given: '0 1 L 2-4 *',
      expected: [
        { dayOfMonth: [at(31)], month: [at(3)], dayOfWeek: everyDay, year: null },
        { dayOfMonth: [at(30)], month: [at(4)], dayOfWeek: everyDay, year: null },
        { dayOfMonth: [at(29)], month: [at(2)], dayOfWeek: everyDay, year: [from(2004, 2096, 4)] },
        {
          dayOfMonth: [at(28)],
          month: [at(2)],
          dayOfWeek: everyDay,
          year: [from(2001, 2097, 4), from(2002, 2098, 4), from(2003, 2099, 4), at(2100)],
        },
      ],
    },
  ])('$name', ({ given, expected }) => {
    const calendars = cronToCalendars(given);

    const time = { minute: calendars[0]?.minute, hour: calendars[0]?.hour };
    expect(calendars).toEqual(expected.map((days) => ({ ...time, ...days })));
  });

  test.each([
    { name: 'four fields', given: '0 1 * *', words: 'five fields' },
    { name: 'six fields', given: '0 0 1 * * *', words: 'five fields' },
    { name: 'a nickname', given: '@daily', words: 'five fields' },
    { name: 'a minute that is none', given: '60 1 * * *', words: 'five fields' },
    { name: 'a day that no month has', given: '0 1 30 FEB *', words: 'never matches' },
  ])('$name -> refused with words', ({ given, words }) => {
    expect(() => cronToCalendars(given)).toThrow(words);
  });

  test('the spec has its second at 0 and names for months and weekdays', () => {
    const [calendar] = cronToCalendars('*/15 1 * NOV MON-FRI');

    expect(calendar && toCalendarSpec(calendar, 'why')).toEqual({
      second: 0,
      minute: [{ start: 0, end: 45, step: 15 }],
      hour: [{ start: 1, end: 1, step: 1 }],
      dayOfMonth: [{ start: 1, end: 30, step: 1 }],
      month: [{ start: 'NOVEMBER', end: 'NOVEMBER', step: 1 }],
      dayOfWeek: [{ start: 'MONDAY', end: 'FRIDAY', step: 1 }],
      comment: 'why',
    });
  });
});

describe('any expression fires when croner says', () => {
  const number = (min: number, max: number) => fc.integer({ min, max }).map(String);
  const range = (min: number, max: number) =>
    fc
      .tuple(fc.integer({ min, max }), fc.integer({ min, max }), fc.integer({ min: 1, max: 5 }))
      .map(([a, b, step]) => {
        const text = `${Math.min(a, b)}-${Math.max(a, b)}`;
        return step === 1 || Math.abs(a - b) < step ? text : `${text}/${step}`;
      });
  const list = (...items: fc.Arbitrary<string>[]) =>
    fc.array(fc.oneof(...items), { minLength: 1, maxLength: 3 }).map((each) => each.join(','));
  const sometimes = (field: fc.Arbitrary<string>) => fc.oneof(fc.constant('*'), field);
  const weekday = fc.constantFrom('SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT');
  const nth = fc
    .tuple(weekday, fc.constantFrom('#1', '#2', '#3', '#4', '#5', 'L'))
    .map((parts) => parts.join(''));
  const nearest = number(1, 31).map((day) => `${day}W`);
  const expression = fc
    .tuple(
      fc.oneof(fc.constant('*/20'), list(number(0, 59), range(0, 59))),
      sometimes(list(number(0, 23), range(0, 23))),
      sometimes(
        fc.oneof(list(number(1, 31), range(1, 31)), fc.constantFrom('L', 'LW', '15,L'), nearest),
      ),
      sometimes(list(number(1, 12), range(1, 12), fc.constantFrom('FEB', 'NOV'))),
      sometimes(
        fc
          .tuple(fc.constantFrom('', '+'), list(number(0, 7), weekday, nth, fc.constant('MON-FRI')))
          .map((parts) => parts.join('')),
      ),
    )
    .map((fields) => fields.join(' '));

  test('over a common and a leap year', () => {
    fc.assert(
      fc.property(expression, fc.constantFrom(2027, 2028), (given, year) => {
        const cron = new Cron(given, { timezone: 'UTC', mode: '5-part', paused: true });
        let calendars: readonly Calendar[];
        try {
          calendars = cronToCalendars(given);
        } catch {
          return cron.nextRun(new Date()) === null;
        }
        if (
          given
            .split(' ')
            .slice(2)
            .every((field) => field === '*') &&
          calendars.length > 1
        )
          return false;

        const [somewhere] = cron.nextRuns(1, new Date(Date.UTC(2026, 11, 31)));
        if (!somewhere) return false;
        for (let day = 0; day < 366; day++) {
          const instant = new Date(
            Date.UTC(year, 0, 1 + day, somewhere.getUTCHours(), somewhere.getUTCMinutes()),
          );
          if (matches(calendars, instant) !== cron.match(instant)) return false;
        }
        for (let minute = 0; minute < 24 * 60; minute++) {
          const midnight = Date.UTC(
            somewhere.getUTCFullYear(),
            somewhere.getUTCMonth(),
            somewhere.getUTCDate(),
          );
          const instant = new Date(midnight + minute * 60_000);
          if (matches(calendars, instant) !== cron.match(instant)) return false;
        }
        return true;
      }),
      { numRuns: 60 },
    );
  });
});

test('an even spread becomes one range with a step', () => {
  expect(ranges([0, 15, 30, 45])).toEqual([{ start: 0, end: 45, step: 15 }]);
  expect(ranges([1, 2, 3, 7, 9])).toEqual([
    { start: 1, end: 3, step: 1 },
    { start: 7, end: 7, step: 1 },
    { start: 9, end: 9, step: 1 },
  ]);
});
