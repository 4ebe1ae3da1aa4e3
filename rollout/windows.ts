import { Cron } from 'croner';
import type { Blackout, Calendar, Openings, WindowRule } from './frozen-plan';
import { meant } from './did-you-mean';
import { wordsOf } from './problem';
import { minus, union, within, type Span } from './spans';

/**
 * Windows and blackouts as instants. The one file of `rollout/` that reads the calendar library and
 * the machine's time zones: never inside a workflow, where an update of either would change a replay.
 */

/** So far ahead openings are resolved. */
export const DAYS_AHEAD = 400;

const DAY_MS = 86_400_000;

// An hourly window for 400 days is 9,600. More make neither sense nor, at 50 µs each, a quick answer.
const MOST_RUNS = 10_000;

// Twelve a day. As JSON some 350 KB, which compressed is far below what a payload may hold.
const MOST_SPANS = 5_000;

/** A calendar that no rollout can work with; the message is for the person who wrote it. */
export class CalendarRefusedError extends Error {
  override readonly name = 'CalendarRefusedError';
}

/**
 * The instants between which attempts may begin, from `from` on for `days` days: all windows
 * together (without one: all the time), less the blackouts. What is open at `from` already is in it.
 * A window lasts as long as it says in elapsed time, also where clocks change; one whose beginning
 * the clocks leap over opens when they have leapt, one that they show twice opens the first time.
 * Throws {@link CalendarRefusedError} when there are too many, or something in it is wrong.
 */
export function resolveOpenings(
  { windows, blackouts }: Pick<Calendar, 'windows' | 'blackouts'>,
  { from, days = DAYS_AHEAD }: { readonly from: string; readonly days?: number },
): Openings {
  const start = Date.parse(from);
  const whole = { from: start, to: start + days * DAY_MS };
  const open = windows.length === 0 ? [whole] : union(runsOf(windows, whole));
  const spans = minus(within(open, whole), union(blackouts.map(closedBy)));
  if (spans.length > MOST_SPANS) {
    const words = `they open ${spans.length} times in ${days} days, and ${MOST_SPANS} are the most`;
    throw new CalendarRefusedError(words);
  }
  return {
    spans: spans.map((span) => ({ from: iso(span.from), to: iso(span.to) })),
    until: iso(whole.to),
  };
}

function runsOf(windows: readonly WindowRule[], whole: Span): readonly Span[] {
  const spans: Span[] = [];
  for (const { cron, zone, forMs } of windows) {
    const job = cronOf(cron, zone);
    // From so early that what began before and has not closed is found.
    let run = job.nextRun(new Date(whole.from - forMs));
    while (run !== null && run.getTime() < whole.to) {
      if (spans.length === MOST_RUNS) {
        const words = `"${cron}" opens too often: ${MOST_RUNS} windows are the most that are looked at`;
        throw new CalendarRefusedError(words);
      }
      spans.push({ from: run.getTime(), to: run.getTime() + forMs });
      run = job.nextRun(run);
    }
  }
  return spans;
}

function closedBy({ from, to, zone }: Blackout): Span {
  return { from: startOfDay(from, zone), to: startOfDay(to, zone) };
}

/** Midnight, or the first instant of the day where clocks leap over midnight. */
function startOfDay(date: string, zone: string): number {
  const [, month, day] = date.split('-').map(Number);
  // Everywhere on earth the day before has not ended two days before it ends in Greenwich.
  const before = new Date(Date.parse(date) - 2 * DAY_MS);
  const start = cronOf(`0 0 ${day} ${month} *`, zone).nextRun(before);
  if (start === null) throw new CalendarRefusedError(`there is no ${date} in ${zone}`);
  return start.getTime();
}

/** When a window opens next, strictly after `after`; null if no month has such a day. */
export function nextOpening(cron: string, zone: string, after: string): string | null {
  return cronOf(cron, zone).nextRun(new Date(after))?.toISOString() ?? null;
}

/** Why this is no cron of five fields; null if it is one. */
export function whyNoCron(cron: string): string | null {
  try {
    cronOf(cron, 'UTC');
    return null;
  } catch (error) {
    if (error instanceof CalendarRefusedError) return error.message;
    throw error;
  }
}

function cronOf(cron: string, zone: string): Cron {
  const fields = cron.trim().split(/\s+/).length;
  if (fields !== 5) {
    // Among them nicknames and dates, which croner would take.
    throw new CalendarRefusedError(`has ${fields} field${fields === 1 ? '' : 's'}, not five`);
  }
  try {
    return new Cron(cron.trim(), {
      timezone: zone,
      mode: '5-part',
      paused: true,
      // `30 2,14` is as little to be left out when clocks change as `30 2` is.
      fixedTimeRule: 'no-wildcard',
    });
  } catch (error) {
    const why = wordsOf(error);
    throw new CalendarRefusedError(`is no cron: ${why.replace(/^\w+: /, '')}`, { cause: error });
  }
}

/** What a zone that is none was meant to be; null if it is one. */
export function zoneMeant(zone: string): string | null {
  // `CST` is known as a zone of America, and is not what somebody in China means by it.
  if (zone === 'UTC' || (zone.includes('/') && isZone(zone))) return null;
  const known = [...Intl.supportedValuesOf('timeZone'), 'UTC'];
  const end = `/${zone.toLowerCase()}`;
  const place = known.find((each) => each.toLowerCase().endsWith(end));
  if (place !== undefined) return `did you mean ${place}?`;
  const near = meant(zone, known);
  return near?.startsWith('did you mean') ? near : 'such as Asia/Shanghai or UTC';
}

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
