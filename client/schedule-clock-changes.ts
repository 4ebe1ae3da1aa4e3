import { msToTs, tsToMs } from '@temporalio/common/lib/time';
import type { Connected } from '../temporal/connect';
import { nextInstants } from './cron';
import { askServer } from './workers';

/**
 * A change of the clocks around which the server starts otherwise than croner says. Croner starts
 * once for a time that is left out or comes twice; the server leaves it out, or takes an hour twice.
 */
export interface ClockChange {
  /** The instant at which the clocks change, ISO. */
  readonly at: string;
  /** Instants of croner's at which the server starts nothing, ISO. */
  readonly leftOut: readonly string[];
  /** Instants at which the server starts though croner does not, ISO. */
  readonly added: readonly string[];
}

/** When a schedule fires; `jitterMs` is how late the server may be. */
export interface Times {
  readonly cron: string;
  readonly zone: string;
  readonly jitterMs: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
// A year, and the days by which a clock change may move in it.
const LOOK_AHEAD_DAYS = 400;
// No clock changes by more. The server lists a thousand instants at most: these are some 360.
const AROUND_MS = 3 * HOUR_MS;
/** Instants are whole seconds; the server may cut or round a jitter of less than one. */
export const TOLERANCE_MS = 1_000;

/**
 * The clock changes of the next 400 days around which the server's instants of a schedule are not
 * croner's. The server is asked: it differs by zone, and not as its documents say.
 */
export async function clockChangesOf(
  server: Connected,
  scheduleId: string,
  { cron, zone, jitterMs, from }: Times & { readonly from: Date },
): Promise<ClockChange[]> {
  const { client, namespace } = server;
  const differing: ClockChange[] = [];
  for (const at of changesOf(zone, from)) {
    const [start, end] = [at - AROUND_MS, at + AROUND_MS];
    const { startTime } = await askServer(server, () =>
      client.workflowService.listScheduleMatchingTimes({
        namespace,
        scheduleId,
        startTime: msToTs(start),
        endTime: msToTs(end + jitterMs),
      }),
    );
    const found = (startTime ?? []).map((each) => tsToMs(each));
    const wanted = instantsBetween(start, end, { cron, zone });
    const { leftOut, added } = compareInstants({ wanted, found, jitterMs, start, end });
    if (leftOut.length + added.length === 0) continue;
    differing.push({ at: iso(at), leftOut: leftOut.map(iso), added: added.map(iso) });
  }
  return differing;
}

/** Pairs each wanted instant with one of the server's, at most `jitterMs` late; says what is left. */
export function compareInstants(given: {
  readonly wanted: readonly number[];
  readonly found: readonly number[];
  readonly jitterMs: number;
  /** Of the instants asked for; near the borders one of the server's may belong to none of them. */
  readonly start: number;
  readonly end: number;
}) {
  const { wanted, found, jitterMs, start, end } = given;
  const free = new Set(found);
  const leftOut = wanted.filter((instant) => {
    const pair = [...free].find(
      (each) => each > instant - TOLERANCE_MS && each <= instant + jitterMs + TOLERANCE_MS,
    );
    return pair === undefined || !free.delete(pair);
  });
  return { leftOut, added: [...free].filter((each) => each > start + jitterMs && each <= end) };
}

function instantsBetween(start: number, end: number, { cron, zone }: Omit<Times, 'jitterMs'>) {
  const instants: number[] = [];
  // One by one: of a rare expression, hundreds ahead would be centuries ahead.
  for (let after = start; after < end;) {
    const next = nextInstants(cron, zone, { count: 1, after: new Date(after) })[0]?.getTime();
    if (next === undefined || next > end || next <= after) break;
    instants.push(next);
    after = next;
  }
  return instants;
}

function iso(instant: number): string {
  return new Date(instant).toISOString();
}

/** When the clocks of a zone change in the 400 days after an instant. */
export function changesOf(zone: string, from: Date): readonly number[] {
  const offset = offsetsOf(zone);
  const changes: number[] = [];
  const first = Math.floor(from.getTime() / MINUTE_MS) * MINUTE_MS;
  for (let day = 0; day < LOOK_AHEAD_DAYS; day++) {
    const start = first + day * DAY_MS;
    if (offset(start) === offset(start + DAY_MS)) continue;
    changes.push(halve(start, start + DAY_MS, offset));
  }
  return changes;
}

/** The first minute that has another offset than `low`. */
function halve(low: number, high: number, offset: (instant: number) => number): number {
  const before = offset(low);
  let [last, first] = [low, high];
  while (first - last > MINUTE_MS) {
    const middle = last + Math.floor((first - last) / 2 / MINUTE_MS) * MINUTE_MS;
    if (offset(middle) === before) last = middle;
    else first = middle;
  }
  return first;
}

function offsetsOf(zone: string): (instant: number) => number {
  const clock = new Intl.DateTimeFormat('en', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  });
  return (instant) => {
    const parts = clock.formatToParts(instant);
    const part = (type: Intl.DateTimeFormatPartTypes) =>
      Number(parts.find((each) => each.type === type)?.value);
    const shown = Date.UTC(
      part('year'),
      part('month') - 1,
      part('day'),
      part('hour'),
      part('minute'),
    );
    return shown - instant;
  };
}
