import type { CalendarSpec } from '@temporalio/client';
import type { Calendar, Values } from './cron';

/** A calendar as Temporal's client takes it. The second is always 0. */
export function toCalendarSpec(calendar: Calendar, comment: string): CalendarSpec {
  const { minute, hour, dayOfMonth, year } = calendar;
  return {
    second: 0,
    minute: [...minute],
    hour: [...hour],
    dayOfMonth: [...dayOfMonth],
    month: calendar.month.map((values) => named(values, MONTH_NAMES)),
    dayOfWeek: calendar.dayOfWeek.map((values) => named(values, DAY_NAMES)),
    ...(year && { year: [...year] }),
    comment,
  };
}

function named<Name extends string>(values: Values, names: readonly (Name | undefined)[]) {
  const name = (value: number) => {
    const found = names[value];
    if (found === undefined) throw new Error(`no name for ${value}`);
    return found;
  };
  return { start: name(values.start), end: name(values.end), step: values.step };
}

const DAY_NAMES = [
  'SUNDAY',
  'MONDAY',
  'TUESDAY',
  'WEDNESDAY',
  'THURSDAY',
  'FRIDAY',
  'SATURDAY',
] as const;
const MONTH_NAMES = [
  undefined,
  'JANUARY',
  'FEBRUARY',
  'MARCH',
  'APRIL',
  'MAY',
  'JUNE',
  'JULY',
  'AUGUST',
  'SEPTEMBER',
  'OCTOBER',
  'NOVEMBER',
  'DECEMBER',
] as const;
