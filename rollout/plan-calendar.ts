import type { Blackout, Calendar, WindowRule } from './frozen-plan';
import { problem, type Problem } from './problem';
import {
  CalendarRefusedError,
  DAYS_AHEAD,
  nextOpening,
  resolveOpenings,
  whyNoCron,
  zoneMeant,
} from './windows';

/** What was understood of an entry, sound or not: a field that is missing or wrong is null. */
export interface Entry<T> {
  readonly at: string;
  readonly is: { readonly [K in keyof T]: T[K] | null };
}

/** The windows and blackouts of a plan, whatever else is wrong with it. */
export interface CalendarDraft {
  readonly windows: readonly Entry<WindowRule>[];
  readonly blackouts: readonly Entry<Blackout>[];
  /** How long upgrades of the plan take, as it says. */
  readonly expected: readonly { readonly at: string; readonly expectMs: number }[];
}

/**
 * Every breach of the rules for windows and blackouts that no field can break alone. Whether
 * something opens soon enough, and long enough, depends on `now`; null leaves that out.
 */
export function checkCalendar(draft: CalendarDraft, now: string | null): readonly Problem[] {
  const problems = [
    ...draft.windows.flatMap((window) => checkWindow(window, now)),
    ...draft.blackouts.flatMap(checkBlackout),
  ];
  const calendar = problems.length > 0 || now === null ? null : soundCalendar(draft);
  return calendar === null ? problems : checkOpenings(calendar, draft.expected, now ?? '');
}

function checkWindow({ at, is }: Entry<WindowRule>, now: string | null): readonly Problem[] {
  const { cron, zone } = is;
  const zones = checkZone(at, zone);
  if (cron === null) return zones;
  const path = `${at}.cron`;
  const why = whyNoCron(cron);
  if (why !== null) return [...zones, problem(path, why, CRON_SUGGESTION)];

  const place = zone === null || zones.length > 0 ? 'UTC' : zone;
  const next = nextOpening(cron, place, now ?? SOME_INSTANT);
  if (next === null) {
    const words = 'never opens: no month has such a day';
    return [...zones, problem(path, words, CRON_SUGGESTION)];
  }
  if (now === null || Date.parse(next) - Date.parse(now) <= DAYS_AHEAD * DAY_MS) return zones;
  const words = `does not open within ${DAYS_AHEAD} days, the next time is ${next.slice(0, 16)}Z`;
  return [...zones, problem(path, words, CRON_SUGGESTION)];
}

function checkBlackout({ at, is: { from, to, zone } }: Entry<Blackout>): readonly Problem[] {
  const wrong = [
    ...(from === null ? [] : checkDate(`${at}.from`, from)),
    ...(to === null ? [] : checkDate(`${at}.to`, to)),
  ];
  const isEmpty = wrong.length === 0 && from !== null && to !== null && to <= from;
  const right = 'the first day on which upgrades may begin again';
  return [
    ...wrong,
    ...(isEmpty ? [problem(`${at}.to`, `${to} does not come after from, ${from}`, right)] : []),
    ...checkZone(at, zone),
  ];
}

function checkZone(at: string, zone: string | null): readonly Problem[] {
  const suggestion = zone === null ? null : zoneMeant(zone);
  if (suggestion === null) return [];
  return [problem(`${at}.zone`, `no time zone is called ${zone}`, suggestion)];
}

function checkDate(path: string, date: string): readonly Problem[] {
  const [year = 0, month = 0] = date.split('-').map(Number);
  const read = new Date(`${date}T00:00:00Z`);
  // A day that a month does not have is read as one of the next month, or not at all.
  const isThere = !Number.isNaN(read.getTime()) && read.toISOString().startsWith(date);
  if (isThere && year >= 2000 && year < 3000) return [];
  const last = new Date(Date.UTC(year, month, 0));
  const isDayWrong = month >= 1 && month <= 12 && year >= 2000 && year < 3000;
  const right = isDayWrong ? `that month ends on ${last.toISOString().slice(0, 10)}` : null;
  return [problem(path, `there is no ${date}`, right ?? 'a date such as 2026-12-24')];
}

function soundCalendar({ windows, blackouts }: CalendarDraft): Omit<Calendar, 'outside'> | null {
  if (windows.length + blackouts.length === 0) return null;
  const all = { windows: windows.map(({ is }) => is), blackouts: blackouts.map(({ is }) => is) };
  const fields = [...all.windows, ...all.blackouts].flatMap((each) => Object.values(each));
  return fields.includes(null) ? null : (all as Omit<Calendar, 'outside'>);
}

function checkOpenings(
  calendar: Omit<Calendar, 'outside'>,
  expected: CalendarDraft['expected'],
  now: string,
): readonly Problem[] {
  const at = calendar.windows.length > 0 ? 'windows' : 'blackouts';
  const openings = openingsOf(calendar, now);
  if (typeof openings === 'string') {
    return [problem(at, openings, 'fewer windows that are open for longer')];
  }
  if (openings.length === 0) {
    const words = `within ${DAYS_AHEAD} days nothing opens that no blackout covers`;
    return [problem(at, words, 'a window outside the blackouts')];
  }
  const longestMs = Math.max(...openings.map(({ from, to }) => Date.parse(to) - Date.parse(from)));
  return expected.flatMap(({ at: path, expectMs }) =>
    expectMs <= longestMs
      ? []
      : [
          problem(
            path,
            'is longer than any window is open',
            'a longer window, or a shorter expect',
          ),
        ],
  );
}

function openingsOf(calendar: Omit<Calendar, 'outside'>, now: string) {
  try {
    return resolveOpenings(calendar, { from: now }).spans;
  } catch (error) {
    if (error instanceof CalendarRefusedError) return error.message;
    throw error;
  }
}

const DAY_MS = 86_400_000;

// Whether a day ever comes is the same from any instant on.
const SOME_INSTANT = '2026-01-01T00:00:00.000Z';

const CRON_SUGGESTION = 'minute hour day-of-month month day-of-week, such as 0 1 * * SAT,SUN';
