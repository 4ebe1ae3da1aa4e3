import { table, wrap } from './layout';
import type { ClockChange } from './schedule-clock-changes';
import type { ScheduledRun, ScheduleEntry, ScheduleLook } from './schedule-reads';
import type { CreatedSchedule, ScheduleInput } from './schedules';
import { wallClockOf } from './wall-clock';
import { counted, durationWords, instantWords } from './words';

const LABEL_WIDTH = 9;
// More would fill the screen and say no more.
const MOST_TIMES = 4;

/** What was created, when it starts, and what the person should know of it. */
export function createdLines(
  { scheduleId, zone, jitterMs }: ScheduleInput,
  { next, clockChanges }: CreatedSchedule,
  width: number,
): string[] {
  const local = clockOf(zone);
  const rows = next.map((each) => [`  ${local(each)}`, instantWords(each)]);
  const columns = [{ title: `  in ${zone}` }, { title: 'in UTC', optional: true }];
  const before = jitterMs > 0 ? ', before jitter' : '';
  const words = [
    ...changeWords(clockChanges, zone),
    'The plan stays as it is now, inlined files too: after a change, delete the schedule and create it again. Versions are read anew at each start, and `discover:` is resolved anew.',
    'While a rollout of it still runs, the next start is skipped.',
  ];
  return [
    ...wrap(`Schedule ${scheduleId} is created. Its next starts${before}:`, width),
    ...table(columns, rows, width),
    ...words.flatMap((each) => wrap(each, width)),
  ];
}

/** Every schedule with its next starts. */
export function listLines(entries: readonly ScheduleEntry[], width: number): string[] {
  if (entries.length === 0) {
    return wrap(
      'No schedules. Create one: upwave schedule create plan.yaml --cron … --zone …',
      width,
    );
  }
  return entries.flatMap((entry, at) => {
    const { scheduleId, cron, zone, lastRun } = entry;
    return [
      ...(at > 0 ? [''] : []),
      scheduleId,
      ...labelled('cron', [`${cron} in ${zone}`], width),
      ...stateLines(entry, width),
      ...nextLines(entry, width),
      ...labelled('last', lastRun ? runWords(lastRun) : ['it has started nothing yet'], width),
    ];
  });
}

/** All that is known of one schedule. */
export function lookLines(look: ScheduleLook, width: number): string[] {
  const { scheduleId, plan, cron, zone, jitterMs, catchupMs, recentRuns } = look;
  const section = (label: string, ...words: readonly string[]) => labelled(label, words, width);
  const left = [
    ...(look.skipped > 0 ? [`${look.skipped} skipped since a rollout still ran`] : []),
    ...(look.missed > 0 ? [`${look.missed} missed since the server was away`] : []),
  ];
  return [
    scheduleId,
    ...section('plan', `${plan}, as it was at create, inlined files too`),
    ...section('cron', cron),
    ...section('zone', zone),
    ...stateLines(look, width),
    ...nextLines(look, width),
    ...(jitterMs > 0 ? section('jitter', `up to ${durationWords(jitterMs)} later`) : []),
    ...section('clocks', ...changeWords(look.clockChanges, zone)),
    ...section('overlap', 'while a rollout of it still runs, the next start is skipped'),
    ...section('outage', `a start is made up for within ${durationWords(catchupMs)}, else missed`),
    ...section('started', [counted(look.started, 'rollout'), ...left].join(', ')),
    ...section('recent', ...recentRuns.flatMap(runWords)),
  ];
}

function stateLines({ paused, note }: ScheduleEntry, width: number): string[] {
  const state = paused ? 'paused: it starts nothing by the clock' : 'active';
  return labelled('state', note === null ? [state] : [state, note], width);
}

function nextLines({ next, zone, paused }: ScheduleEntry, width: number): string[] {
  const local = clockOf(zone);
  const starts = next.map((each) => local(new Date(each)));
  if (starts.length === 0) return labelled('next', ['never'], width);
  return labelled('next', paused ? ['once resumed:', ...starts] : starts, width);
}

/** An id that was broken could not be copied, so it has its line; its state the next. */
function runWords({ rolloutId, execution, startedAt }: ScheduledRun): string[] {
  const state = execution ?? 'no longer known to the server';
  return [rolloutId, `  ${state}, started ${instantWords(startedAt)}`];
}

function changeWords(changes: readonly ClockChange[], zone: string): string[] {
  const words = changes.map(({ at, leftOut, added }) => {
    const said = [
      ...startWords(leftOut, { few: 'does not start at', many: 'leaves out' }),
      ...startWords(added, { few: 'starts also at', many: 'adds' }),
    ];
    return `Around ${instantWords(at)} the clocks of ${zone} change, and the server ${said.join(' and ')}.`;
  });
  return words.length === 0
    ? []
    : [...words, 'An hour from 04:00 on, or the zone UTC, avoids this.'];
}

/** `starts also at 00:00, 00:30 UTC`; of many their number: `adds 60 starts`. */
function startWords(
  instants: readonly string[],
  { few, many }: { readonly few: string; readonly many: string },
): string[] {
  if (instants.length === 0) return [];
  if (instants.length > MOST_TIMES) return [`${many} ${instants.length} starts`];
  return [`${few} ${instants.map((each) => each.slice(11, 16)).join(', ')} UTC`];
}

/** Lines under a label; a long one goes on below itself. */
function labelled(label: string, words: readonly string[], width: number): string[] {
  const room = width - LABEL_WIDTH - 2;
  const lines = words.flatMap((each) => {
    const indent = each.length - each.trimStart().length;
    return wrap(each, room - indent).map((line) => ' '.repeat(indent) + line);
  });
  return lines.map((line, at) => `  ${(at === 0 ? label : '').padEnd(LABEL_WIDTH)}${line}`);
}

/** `Sat 2026-12-12 01:00`, as the zone's clocks show an instant. */
export function clockOf(zone: string): (instant: Date) => string {
  const clock = wallClockOf(zone);
  return (instant) => {
    const { day, time } = clock(instant);
    return `${day} ${time}`;
  };
}
