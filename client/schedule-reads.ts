import {
  ScheduleNotFoundError,
  type ScheduleDescription,
  type ScheduleHandle,
  type ScheduleSummary,
} from '@temporalio/client';
import { meant } from '../rollout/did-you-mean';
import type { Connected } from '../temporal/connect';
import { isNotFound, PersonError } from './errors';
import { describe } from './rollout-reads';
import { clockChangesOf, type ClockChange } from './schedule-clock-changes';
import { CREATED_BY, defaultScheduleId } from './schedules';
import { executionWord } from './words';
import { askServer } from './workers';

/** A rollout that a schedule started. */
export interface ScheduledRun {
  readonly rolloutId: string;
  readonly startedAt: string;
  /** `running`, `ended`, or Temporal's word for another end; null when the server has forgotten it. */
  readonly execution: string | null;
}

/** A schedule of upwave, as the server lists it. */
export interface ScheduleEntry {
  readonly scheduleId: string;
  readonly plan: string;
  readonly cron: string;
  readonly zone: string;
  readonly paused: boolean;
  /** Who paused or resumed it last, and why. */
  readonly note: string | null;
  /** The next five instants at most, ISO; also of a paused one, which would start then. */
  readonly next: readonly string[];
  readonly lastRun: ScheduledRun | null;
}

/** All that is known of one schedule. */
export interface ScheduleLook extends ScheduleEntry {
  readonly jitterMs: number;
  readonly catchupMs: number;
  readonly createdAt: string;
  /** How many rollouts it has started, by the clock or by a person. */
  readonly started: number;
  /** Starts left out since its last rollout still ran. */
  readonly skipped: number;
  /** Starts left out since the server was away for longer than the catch-up. */
  readonly missed: number;
  /** Newest first; the server remembers the last ten. */
  readonly recentRuns: readonly ScheduledRun[];
  readonly clockChanges: readonly ClockChange[];
}

export interface FoundSchedule {
  readonly handle: ScheduleHandle;
  readonly description: ScheduleDescription;
}

const NEXT = 5;
// As many questions at once as the server will not notice.
const AT_ONCE = 10;

/** Every schedule that upwave created, by id. */
export async function listSchedules(server: Connected): Promise<ScheduleEntry[]> {
  const summaries = await readSummaries(server);
  const entries: ScheduleEntry[] = [];
  for (let at = 0; at < summaries.length; at += AT_ONCE) {
    const some = summaries.slice(at, at + AT_ONCE);
    entries.push(...(await Promise.all(some.map((each) => toEntry(server, each)))));
  }
  return entries.sort((a, b) => a.scheduleId.localeCompare(b.scheduleId));
}

/** The schedule that a person named by its id or by its plan's name; upwave's alone. */
export async function findSchedule(server: Connected, named: string): Promise<FoundSchedule> {
  const found =
    (await readSchedule(server, named)) ?? (await readSchedule(server, defaultScheduleId(named)));
  if (found) return found;

  const known = await readSummaries(server);
  const ofPlan = known.filter(({ memo }) => memo?.plan === named).map((each) => each.scheduleId);
  const [only, ...others] = ofPlan;
  const custom =
    only !== undefined && others.length === 0 ? await readSchedule(server, only) : null;
  if (custom) return custom;
  if (others.length > 0) {
    throw new PersonError(
      `The plan ${named} has ${ofPlan.length} schedules: ${ofPlan.join(', ')}. Nothing was done. Name one by its id.`,
    );
  }
  const words = meant(
    named,
    known.flatMap(({ scheduleId, memo }) =>
      // Whoever wrote a name is shown names.
      scheduleId === defaultScheduleId(String(memo?.plan)) && !named.includes('/')
        ? [String(memo?.plan)]
        : [scheduleId],
    ),
  );
  throw new PersonError(
    `There is no schedule ${named}${words ? ` (${words})` : ''}. Nothing was done. What there is: upwave schedule list`,
  );
}

/** What the server says of a schedule and of the rollouts that it started. */
export async function lookAt(
  server: Connected,
  { description }: FoundSchedule,
  now: Date,
): Promise<ScheduleLook> {
  const { spec, policies, info } = description;
  const jitterMs = spec.jitter ?? 0;
  const entry = await toEntry(server, description);
  const recentRuns: ScheduledRun[] = [];
  for (const action of [...info.recentActions].reverse()) {
    recentRuns.push(await toRun(server, action));
  }
  return {
    ...entry,
    jitterMs,
    catchupMs: policies.catchupWindow,
    createdAt: info.createdAt.toISOString(),
    started: info.numActionsTaken,
    skipped: info.numActionsSkippedOverlap,
    missed: info.numActionsMissedCatchupWindow,
    recentRuns,
    clockChanges: await clockChangesOf(server, entry.scheduleId, {
      cron: entry.cron,
      zone: entry.zone,
      jitterMs,
      from: now,
    }),
  };
}

async function readSchedule(server: Connected, id: string): Promise<FoundSchedule | null> {
  const handle = server.client.schedule.getHandle(id);
  let description: ScheduleDescription;
  try {
    description = await askServer(server, () => handle.describe());
  } catch (error) {
    if (error instanceof ScheduleNotFoundError || isNotFound(error)) return null;
    throw error;
  }
  if (description.memo?.createdBy === CREATED_BY) return { handle, description };
  throw new PersonError(
    `The schedule ${id} was not created by upwave. Nothing was done. Use the temporal program or the Temporal UI for it.`,
  );
}

async function readSummaries(server: Connected): Promise<ScheduleSummary[]> {
  return askServer(server, async () => {
    const found: ScheduleSummary[] = [];
    for await (const summary of server.client.schedule.list()) {
      if (summary.memo?.createdBy === CREATED_BY) found.push(summary);
    }
    return found;
  });
}

async function toEntry(
  server: Connected,
  schedule: ScheduleSummary | ScheduleDescription,
): Promise<ScheduleEntry> {
  const { scheduleId, memo, state, info } = schedule;
  const { plan = '', cron = '', zone = '' } = (memo ?? {}) as Record<string, string>;
  const last = info.recentActions.at(-1);
  return {
    scheduleId,
    plan,
    cron,
    zone,
    paused: state.paused,
    note: state.note || null,
    next: info.nextActionTimes.slice(0, NEXT).map((each) => each.toISOString()),
    lastRun: last ? await toRun(server, last) : null,
  };
}

async function toRun(
  server: Connected,
  { takenAt, action }: ScheduleDescription['info']['recentActions'][number],
): Promise<ScheduledRun> {
  const rolloutId = action.workflow.workflowId;
  return {
    rolloutId,
    startedAt: takenAt.toISOString(),
    execution: await executionOf(server, rolloutId),
  };
}

async function executionOf(server: Connected, rolloutId: string): Promise<string | null> {
  try {
    const { status } = await describe(server, rolloutId);
    return executionWord(status.name);
  } catch (error) {
    if (isNotFound(error)) return null;
    throw error;
  }
}
