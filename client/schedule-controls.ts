import { setTimeout as sleep } from 'node:timers/promises';
import { ScheduleOverlapPolicy, type ScheduleDescription } from '@temporalio/client';
import type { Connected } from '../temporal/connect';
import { PersonError } from './errors';
import { EXIT } from './exit-codes';
import { findSchedule, type FoundSchedule } from './schedule-reads';
import { askServer, changeServer, requireWorker } from './workers';

/** Who acts on a schedule, and why. */
export interface ScheduleOrder {
  readonly by: string;
  readonly reason: string | null;
}

/** How a schedule stands after a control. */
export interface ScheduleState {
  readonly scheduleId: string;
  readonly paused: boolean;
  readonly note: string;
}

// The server starts it within a second; a person waits no longer than for any other command.
const STARTED_WITHIN_MS = 8_000;
const LOOK_EVERY_MS = 200;

/** Pauses a schedule: it starts nothing more by the clock. Refused (exit code 5) when it is paused. */
export async function pauseSchedule(
  server: Connected,
  named: string,
  order: ScheduleOrder,
): Promise<ScheduleState> {
  const { handle, description } = await findSchedule(server, named);
  if (description.state.paused) throw refused(description, 'is paused already');

  const note = noteOf('paused', order);
  await changeServer(server, () => handle.pause(note));
  return { scheduleId: handle.scheduleId, paused: true, note };
}

/** Lets a paused schedule start rollouts again. Refused (exit code 5) when it is not paused. */
export async function resumeSchedule(
  server: Connected,
  named: string,
  order: ScheduleOrder,
): Promise<ScheduleState> {
  const { handle, description } = await findSchedule(server, named);
  if (!description.state.paused) throw refused(description, 'is not paused');

  const note = noteOf('resumed', order);
  await changeServer(server, () => handle.unpause(note));
  return { scheduleId: handle.scheduleId, paused: false, note };
}

/**
 * Starts a rollout of a schedule now, paused or not, and answers with its id. Refused (exit code 5)
 * while a rollout of the schedule still runs, and when nobody would work on it.
 */
export async function triggerSchedule(server: Connected, named: string) {
  const found = await findSchedule(server, named);
  const { handle, description } = found;
  const { action, info } = description;
  const [running] = info.runningActions;
  if (running) throw skipped(description, running.workflow.workflowId);
  await requireWorker(server, action.taskQueue, 'Nothing was started.');

  // Left out, the client asks for all: a second rollout beside the one that runs.
  await changeServer(server, () => handle.trigger(ScheduleOverlapPolicy.SKIP));
  const rolloutId = await startedBy(server, found);
  return { scheduleId: handle.scheduleId, rolloutId, paused: description.state.paused };
}

/** Waits for the rollout that a trigger starts: the server takes the order and acts on it later. */
async function startedBy(server: Connected, { handle, description: before }: FoundSchedule) {
  const known = new Set(before.info.recentActions.map(runOf));
  const giveUpAt = Date.now() + STARTED_WITHIN_MS;
  while (Date.now() < giveUpAt) {
    const { info } = await askServer(server, () => handle.describe());
    const started = info.recentActions.findLast((each) => !known.has(runOf(each)));
    if (started) return started.action.workflow.workflowId;
    // The clock can have been quicker by a moment.
    if (info.numActionsSkippedOverlap > before.info.numActionsSkippedOverlap) {
      throw skipped(before, info.runningActions[0]?.workflow.workflowId);
    }
    await sleep(LOOK_EVERY_MS);
  }
  throw new PersonError(
    `The server took the order, but has started nothing so far. Look before you repeat it: upwave schedule describe ${handle.scheduleId}`,
  );
}

function runOf({ action }: ScheduleDescription['info']['recentActions'][number]): string {
  return action.workflow.firstExecutionRunId;
}

function noteOf(done: string, { by, reason }: ScheduleOrder): string {
  return `${done} by ${by}${reason === null ? '' : `: ${reason}`}`;
}

function refused({ scheduleId, state }: ScheduleDescription, why: string): PersonError {
  const note = state.note ? ` (${state.note})` : '';
  return new PersonError(
    `Refused: the schedule ${scheduleId} ${why}${note}. Nothing has changed.`,
    EXIT.refused,
  );
}

function skipped({ scheduleId }: ScheduleDescription, running = 'a rollout of it'): PersonError {
  return new PersonError(
    `Skipped: ${running} still runs, and the schedule ${scheduleId} starts no second one. Nothing was started.`,
    EXIT.refused,
  );
}
