import {
  ScheduleAlreadyRunning,
  ScheduleOverlapPolicy,
  type ScheduleHandle,
} from '@temporalio/client';
import type { Plan } from '../rollout/plan';
import { rolloutId } from '../rollout/ids';
import { wordsOf } from '../rollout/problem';
import { zoneMeant } from '../rollout/windows';
import type { Connected } from '../temporal/connect';
import { toCalendarSpec } from './calendar-spec';
import { cronToCalendars, nextInstants } from './cron';
import { PersonError } from './errors';
import { EXIT } from './exit-codes';
import { clockChangesOf, TOLERANCE_MS, type ClockChange } from './schedule-clock-changes';
import { changeServer } from './workers';

/** When a schedule starts rollouts, and of what. */
export interface ScheduleInput {
  readonly scheduleId: string;
  readonly plan: Plan;
  readonly cron: string;
  readonly zone: string;
  readonly jitterMs: number;
  readonly catchupMs: number;
  readonly taskQueue: string;
}

export interface CreatedSchedule {
  /** The next five instants, before jitter. */
  readonly next: readonly Date[];
  readonly clockChanges: readonly ClockChange[];
}

const COMPARED = 5;
/** In the memo of every schedule of ours: others in the namespace are none of our business. */
export const CREATED_BY = 'upwave';

/** The schedule's id by default. */
export function defaultScheduleId(planName: string): string {
  return `upwave/${planName}`;
}

/**
 * Creates a schedule, and lets it go only when the server's next five instants are croner's; else it
 * is deleted again and the command fails. Later differences, on nights when the clocks change, are told.
 */
export async function createSchedule(
  server: Connected,
  input: ScheduleInput,
): Promise<CreatedSchedule> {
  const handle = await create(server, input);
  try {
    const next = await comparedInstants(server, input, handle);
    const times = { ...input, from: new Date() };
    const clockChanges = await clockChangesOf(server, input.scheduleId, times);
    await changeServer(server, () => handle.unpause('as created'));
    return { next, clockChanges };
  } catch (error) {
    await changeServer(server, () => handle.delete()).catch((left: unknown) => {
      throw new PersonError(
        `The schedule ${input.scheduleId} could not be checked, nor be deleted again: it is there, paused. Delete it: upwave schedule delete ${input.scheduleId}`,
        undefined,
        { cause: left },
      );
    });
    throw error;
  }
}

async function create(server: Connected, input: ScheduleInput): Promise<ScheduleHandle> {
  const { scheduleId, plan, cron, zone, jitterMs, catchupMs, taskQueue } = input;
  const calendars = cronToCalendars(cron).map((each) => toCalendarSpec(each, `cron ${cron}`));
  try {
    return await changeServer(server, () =>
      server.client.schedule.create({
        scheduleId,
        spec: { calendars, timezone: zone, ...(jitterMs > 0 && { jitter: jitterMs }) },
        action: {
          type: 'startWorkflow',
          workflowType: 'rollout',
          workflowId: rolloutId(plan.name, 'scheduled'),
          taskQueue,
          args: [{ plan }],
          memo: { plan: plan.name, startedBy: `schedule ${scheduleId}` },
          staticSummary: `${plan.name}, by schedule ${scheduleId}`,
        },
        // The server's own catch-up is a year: an outage must not start an upgrade a month late.
        policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: catchupMs },
        memo: { createdBy: CREATED_BY, plan: plan.name, cron, zone },
        // Nothing may start before the instants were compared.
        state: { paused: true, note: 'being checked by upwave schedule create' },
      }),
    );
  } catch (error) {
    // As such the SDK hands on that the server refuses the times.
    if (error instanceof TypeError) throw timesRefused(input, error);
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    throw new PersonError(
      `There is a schedule ${scheduleId} already. Nothing was changed. Delete it first (upwave schedule delete ${scheduleId}), or give this one another --id.`,
      undefined,
      { cause: error },
    );
  }
}

async function comparedInstants(
  server: Connected,
  input: ScheduleInput,
  handle: ScheduleHandle,
): Promise<Date[]> {
  // An instant that passes between two reads makes them differ once, not twice.
  const first = await compare(server, input, handle);
  const { wanted, found } = first.equal ? first : await compare(server, input, handle);
  if (first.equal || sameInstants(wanted, found, input.jitterMs)) return wanted;

  throw new PersonError(
    `The server understands --cron "${input.cron}" in ${input.zone} otherwise than we do: ` +
      `its next instants are ${list(found)}, they should be ${list(wanted)}. ` +
      'The schedule was deleted again. Clock changes (daylight saving) are the usual reason: choose an hour that every day has.',
  );
}

async function compare(server: Connected, input: ScheduleInput, handle: ScheduleHandle) {
  const { info } = await changeServer(server, () => handle.describe());
  const found = info.nextActionTimes.slice(0, COMPARED);
  const wanted = nextInstants(input.cron, input.zone, { count: COMPARED, after: new Date() });
  return { found, wanted, equal: sameInstants(wanted, found, input.jitterMs) };
}

/** Whether the server's instants are those wanted, each at most `jitterMs` late. */
export function sameInstants(
  wanted: readonly Date[],
  found: readonly Date[],
  jitterMs: number,
): boolean {
  if (wanted.length !== found.length) return false;
  return wanted.every((instant, at) => {
    const lateMs = (found[at]?.getTime() ?? NaN) - instant.getTime();
    return lateMs > -TOLERANCE_MS && lateMs <= jitterMs + TOLERANCE_MS;
  });
}

/** Refuses a zone that is none, or is spelled as the server would not know it, before it is asked. */
export function requireZone(zone: string): void {
  const suggestion = zoneMeant(zone) ?? spelledOtherwise(zone);
  if (suggestion === null) return;
  throw new PersonError(
    `--zone ${zone}: there is no such zone, an IANA name is wanted (${suggestion}). Nothing was created.`,
    EXIT.usage,
  );
}

// What reads windows here takes any capitals, the server's machine does not.
function spelledOtherwise(zone: string): string | null {
  const known = Intl.supportedValuesOf('timeZone');
  const right = known.find((each) => each.toLowerCase() === zone.toLowerCase());
  return right === undefined || right === zone ? null : `did you mean ${right}?`;
}

function timesRefused({ cron, zone }: ScheduleInput, error: TypeError): PersonError {
  return new PersonError(
    `The server refuses --cron "${cron}" --zone ${zone}: ${wordsOf(error)}. Nothing was created. A zone is an IANA name, spelled with its capitals, such as Asia/Shanghai.`,
    EXIT.usage,
    { cause: error },
  );
}

function list(instants: readonly Date[]): string {
  return instants.map((each) => each.toISOString().slice(0, 16)).join(', ') || 'none';
}
