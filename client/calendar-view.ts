import type { Blackout, FrozenPlan, Openings, WindowRule } from '../rollout/frozen-plan';
import { openingsFrom } from '../rollout/openings';
import { wrap } from './layout';
import { wallClockOf } from './wall-clock';
import { durationWords, instantWords } from './words';

// Enough to see whether the cron says what was meant.
const SHOWN = 3;

/**
 * When a frozen plan lets attempts begin: its windows and blackouts, and the next openings in the
 * plan's own zone. No lines for a plan that may run at any time.
 */
export function calendarLines(
  { calendar, rules }: Pick<FrozenPlan, 'calendar' | 'rules'>,
  { now, width }: { readonly now: Date; readonly width: number },
): string[] {
  if (calendar === null) return [];
  const { windows, blackouts, outside } = calendar;
  const zone = windows[0]?.zone ?? blackouts[0]?.zone ?? 'UTC';
  const lines = [
    ...windows.map((window) => `window: ${windowWords(window)}`),
    ...blackouts.map((blackout) => `blackout: ${blackoutWords(blackout)}`),
    windows.length === 0 ? 'no windows: any time outside the blackouts' : OUTSIDE[outside],
  ];
  return [
    ...lines.flatMap((line) => wrap(line, width, 2)),
    ...openingLines({ openings: rules.openings, zone, now, width }),
  ];
}

const OUTSIDE = {
  wait: 'what does not fit before a window closes waits for the next one',
  skip: 'what does not fit before a window closes is skipped',
} as const;

/** `0 1 * * SAT,SUN for 4 h, Asia/Shanghai`. */
function windowWords({ cron, forMs, zone }: WindowRule): string {
  return `${cron} for ${durationWords(forMs)}, ${zone}`;
}

/** `2026-12-24 to the end of 2027-01-01, Asia/Shanghai`: the last day, not the one after it. */
function blackoutWords({ from, to, zone }: Blackout): string {
  const last = new Date(Date.parse(to) - DAY_MS).toISOString().slice(0, 10);
  return last === from ? `${from}, ${zone}` : `${from} to the end of ${last}, ${zone}`;
}

function openingLines(input: {
  readonly openings: Openings | null;
  readonly zone: string;
  readonly now: Date;
  readonly width: number;
}): string[] {
  const { openings, zone, now, width } = input;
  const next = openingsFrom(openings, now.toISOString());
  if (next === null) return [];
  const { spans, until } = next;
  if (spans.length === 0) return wrap(`nothing opens before ${instantWords(until)}`, width, 2);
  const words = spans.slice(0, SHOWN).map(({ from, to }) => {
    if (to === until) return `${clockWords(from, zone)} and on`;
    // What is open was known from some instant on, which need not be when it opened.
    if (Date.parse(from) <= now.getTime()) return `now to ${clockWords(to, zone)}`;
    return openingWords({ from, to }, zone);
  });
  return [
    spans.length === 1 ? 'the next opening:' : 'the next openings:',
    ...words.flatMap((line) => wrap(line, width - 2, 2).map((part) => `  ${part}`)),
  ];
}

/** `Sat 2026-11-28 01:00 to 05:00 Asia/Shanghai`. */
export function openingWords(
  { from, to }: { readonly from: string; readonly to: string },
  zone: string,
): string {
  const clock = wallClockOf(zone);
  const [start, end] = [clock(new Date(from)), clock(new Date(to))];
  const until = end.day === start.day ? end.time : `${end.day} ${end.time}`;
  // Where clocks are set back meanwhile, 01:30 to 01:30 may be an hour.
  const isShifted = start.offset !== end.offset;
  const lasting = isShifted ? `, ${durationWords(Date.parse(to) - Date.parse(from))}` : '';
  return `${start.day} ${start.time} to ${until} ${zone}${lasting}`;
}

/** `Sat 2026-11-28 01:00 Asia/Shanghai`. */
export function clockWords(instant: string, zone: string): string {
  const { day, time } = wallClockOf(zone)(new Date(instant));
  return `${day} ${time} ${zone}`;
}

const DAY_MS = 86_400_000;
