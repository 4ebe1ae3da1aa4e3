import { Cron } from 'croner';

/** Values of one field of a calendar: from `start` to `end`, every `step`. */
export interface Values {
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

/** One calendar of a schedule, in numbers (month 1-12, Sunday 0). A time matches if all fields do. */
export interface Calendar {
  readonly minute: readonly Values[];
  readonly hour: readonly Values[];
  readonly dayOfMonth: readonly Values[];
  readonly month: readonly Values[];
  readonly dayOfWeek: readonly Values[];
  /** Null: every year. */
  readonly year: readonly Values[] | null;
}

/** A cron expression that is none, that never matches, or that is not one of five fields. */
export class CronRefusedError extends Error {
  override readonly name = 'CronRefusedError';
}

type Weekday = number;
/** Which days of one month match: per weekday, those days of the month. */
type MonthDays = ReadonlyMap<Weekday, readonly number[]>;
type Years = 'all' | 'leap' | 'common';

const WEEKDAYS = [0, 1, 2, 3, 4, 5, 6];
const MONTHS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
const FEBRUARY = 2;
// In 28 years every month begins on every weekday, in common and in leap years.
const CYCLE = Array.from({ length: 28 }, (_, at) => 2001 + at);
// Temporal's calendars end with 2100, which is no leap year.
const LEAP_YEARS: readonly Values[] = [{ start: 2004, end: 2096, step: 4 }];
const COMMON_YEARS: readonly Values[] = [
  { start: 2001, end: 2097, step: 4 },
  { start: 2002, end: 2098, step: 4 },
  { start: 2003, end: 2099, step: 4 },
  { start: 2100, end: 2100, step: 1 },
];

/**
 * The calendars that match exactly when croner's expression does. They are not translated field by
 * field: croner is asked which minutes, hours and days match, so that the two cannot disagree about
 * `#`, `L`, `W`, or the *or* between day of month and day of week. Throws {@link CronRefusedError}.
 */
export function cronToCalendars(expression: string): readonly Calendar[] {
  const cron = parse(expression);
  const first = cron.nextRun(new Date(Date.UTC(2000, 11, 31, 23, 59)));
  if (!first || first.getUTCFullYear() > 2100) {
    throw new CronRefusedError(`"${expression}" never matches: no month has such a day.`);
  }

  const at = (hour: number, minute: number) => {
    const probe = new Date(first);
    probe.setUTCHours(hour, minute, 0, 0);
    return cron.match(probe);
  };
  const minute = ranges(upTo(59).filter((each) => at(first.getUTCHours(), each)));
  const hour = ranges(upTo(23).filter((each) => at(each, first.getUTCMinutes())));

  const matches = (year: number, month: number, day: number) =>
    cron.match(
      new Date(Date.UTC(year, month - 1, day, first.getUTCHours(), first.getUTCMinutes())),
    );
  return dayCalendars(matches).map((days) => ({ minute, hour, ...days }));
}

/** The next instants of an expression in a zone, by croner. */
export function nextInstants(
  expression: string,
  zone: string,
  { count, after }: { readonly count: number; readonly after: Date },
): Date[] {
  return parse(expression, zone).nextRuns(count, after);
}

function parse(expression: string, zone = 'UTC'): Cron {
  if (expression.trim().startsWith('@')) {
    throw new CronRefusedError(`"${expression}": write the five fields instead of a nickname.`);
  }
  try {
    return new Cron(expression, { timezone: zone, mode: '5-part', paused: true });
  } catch (error) {
    const why =
      error instanceof Error ? error.message.replace(/^CronPattern: /, '') : String(error);
    throw new CronRefusedError(
      `"${expression}" is no cron expression of five fields (minute hour day-of-month month day-of-week): ${why}`,
      { cause: error },
    );
  }
}

type DayFields = Omit<Calendar, 'minute' | 'hour'>;
type Matches = (year: number, month: number, day: number) => boolean;

/** Months that have the same days. */
interface MonthGroup {
  readonly days: MonthDays;
  readonly years: Years;
  readonly months: number[];
}

function dayCalendars(matches: Matches): DayFields[] {
  const groups: MonthGroup[] = [];
  // A day that a month does not have makes no difference, so shorter months join longer ones.
  for (const length of [31, 30]) {
    for (const month of MONTHS.filter((each) => lengthOf(2001, each) === length)) {
      join(groups, { days: daysOf(matches, month, CYCLE), years: 'all', months: [month] }, length);
    }
  }
  for (const each of februaries(matches)) join(groups, each, each.years === 'common' ? 28 : 29);

  return groups
    .filter(({ days }) => days.size > 0)
    .flatMap(({ days, years, months }) =>
      byEqualDays(days).map(([weekdays, daysOfMonth]) => ({
        dayOfMonth: ranges(daysOfMonth),
        month: ranges(months.sort((a, b) => a - b)),
        dayOfWeek: ranges(weekdays),
        year: years === 'all' ? null : years === 'leap' ? LEAP_YEARS : COMMON_YEARS,
      })),
    );
}

function join(groups: MonthGroup[], one: MonthGroup, length: number): void {
  const same = groups.find(
    ({ days, years }) => years === one.years && equalUpTo(length, days, one.days),
  );
  if (same) same.months.push(...one.months);
  else groups.push(one);
}

/** February is two months where a rule counts from the end of the month. */
function februaries(matches: Matches): MonthGroup[] {
  const isLeap = (year: number) => lengthOf(year, FEBRUARY) === 29;
  const leap = daysOf(matches, FEBRUARY, CYCLE.filter(isLeap));
  const common = daysOf(
    matches,
    FEBRUARY,
    CYCLE.filter((year) => !isLeap(year)),
  );
  const months = () => [FEBRUARY];
  if (equalUpTo(28, leap, common)) return [{ days: leap, years: 'all', months: months() }];
  return [
    { days: leap, years: 'leap', months: months() },
    { days: common, years: 'common', months: months() },
  ];
}

function equalUpTo(length: number, one: MonthDays, other: MonthDays): boolean {
  const days = (of: MonthDays, weekday: Weekday) =>
    (of.get(weekday) ?? []).filter((day) => day <= length).join();
  return WEEKDAYS.every((weekday) => days(one, weekday) === days(other, weekday));
}

function daysOf(matches: Matches, month: number, years: readonly number[]): MonthDays {
  const found = new Map<Weekday, Set<number>>();
  const begunOn = new Set<Weekday>();
  for (const year of years) {
    const first = new Date(Date.UTC(year, month - 1, 1)).getUTCDay();
    // A month is told by its length and the weekday it begins on.
    if (begunOn.has(first)) continue;
    begunOn.add(first);
    for (let day = 1; day <= lengthOf(year, month); day++) {
      if (!matches(year, month, day)) continue;
      const weekday = (first + day - 1) % 7;
      found.set(weekday, (found.get(weekday) ?? new Set()).add(day));
    }
  }
  const inOrder = WEEKDAYS.filter((weekday) => found.has(weekday));
  return new Map(
    inOrder.map((weekday) => [weekday, [...(found.get(weekday) ?? [])].sort((a, b) => a - b)]),
  );
}

function lengthOf(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

function byEqualDays(days: MonthDays): [Weekday[], readonly number[]][] {
  const groups = new Map<string, [Weekday[], readonly number[]]>();
  for (const [weekday, daysOfMonth] of days) {
    const group = groups.get(daysOfMonth.join());
    if (group) group[0].push(weekday);
    else groups.set(daysOfMonth.join(), [[weekday], daysOfMonth]);
  }
  return [...groups.values()];
}

/** Numbers in ascending order as ranges; an even spread becomes one range with a step. */
export function ranges(values: readonly number[]): readonly Values[] {
  const [first, second] = values;
  const last = values.at(-1);
  if (first === undefined || last === undefined) return [];
  const step = second === undefined ? 1 : second - first;
  if (
    values.every((value, at) => value === first + at * step) &&
    (step === 1 || values.length > 2)
  ) {
    return [{ start: first, end: last, step }];
  }
  const runs: { start: number; end: number; step: number }[] = [];
  for (const value of values) {
    const run = runs.at(-1);
    if (run && value === run.end + 1) run.end = value;
    else runs.push({ start: value, end: value, step: 1 });
  }
  return runs;
}

function upTo(last: number): number[] {
  return Array.from({ length: last + 1 }, (_, at) => at);
}
