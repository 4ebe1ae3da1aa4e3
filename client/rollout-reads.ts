import type { WorkflowExecutionDescription } from '@temporalio/client';
import type { FrozenPlan } from '../rollout/frozen-plan';
import { waveId } from '../rollout/ids';
import type { RolloutStatus } from '../rollout/status';
import type { Connected } from '../temporal/connect';
import { readTargets, RUNNING, type Asking, type TargetsLook } from '../temporal/report-sources';
import { frozenPlan, status } from '../workflows/messages';
import { failureWords, PersonError } from './errors';
import { askServer, askWorkflow } from './workers';

export { partsOf } from '../temporal/report-sources';

/** A rollout that can be told of, and whether its workflow still runs. */
export interface RolloutLook {
  readonly status: RolloutStatus;
  readonly running: boolean;
}

/** A part of a wave and its targets. */
export interface PartLook extends TargetsLook {
  readonly wave: string;
  readonly part: number;
}

/**
 * The status of a rollout. One that has ended needs no worker. One that failed, or that was
 * terminated in Temporal, throws a {@link RolloutBrokenError} with the words of it.
 */
export async function readStatus(server: Connected, rolloutId: string): Promise<RolloutLook> {
  const { client } = server;
  const handle = client.workflow.getHandle(rolloutId);
  const description = await describe(server, rolloutId);
  const execution = description.status.name;
  if (RUNNING.has(execution)) {
    const request = { queue: description.taskQueue, notDone: 'The status could not be read.' };
    const answer = await askWorkflow(server, request, () => handle.query(status));
    return { status: answer, running: true };
  }
  if (execution !== 'COMPLETED') throw await brokenRollout(server, rolloutId);
  const result = await askServer(server, () => handle.result() as Promise<RolloutStatus>);
  return { status: result, running: false };
}

/** The rollout's workflow ended without a result of its own. */
export class RolloutBrokenError extends PersonError {}

/** The frozen plan of a rollout; null while it is still being resolved. Needs a worker. */
export async function readFrozenPlan(
  server: Connected,
  rolloutId: string,
  notDone = "The rollout's frozen plan could not be read.",
): Promise<FrozenPlan | null> {
  const { taskQueue } = await describe(server, rolloutId);
  const request = { queue: taskQueue, notDone };
  return askWorkflow(server, request, () =>
    server.client.workflow.getHandle(rolloutId).query(frozenPlan),
  );
}

/** The targets of one part of a wave, as they stand: its result once it has ended, else its query. */
export async function readPart(
  server: Connected,
  rolloutId: string,
  { wave, part, parts }: { readonly wave: string; readonly part: number; readonly parts: number },
): Promise<PartLook> {
  const workflowId = waveId(rolloutId, wave, part, parts);
  return { wave, part, ...(await readTargets(server.client, workflowId, asking(server))) };
}

/** Asks in a person's name: bounded in time, and with words when nobody answers. */
export function asking(server: Connected): Asking {
  const notDone = 'Its targets could not be read.';
  return {
    server: (question) => askServer(server, question),
    workflow: (queue, question) => askWorkflow(server, { queue, notDone }, question),
  };
}

/** What the server knows of a workflow; throws words when there is no such rollout. */
export async function describe(
  server: Connected,
  workflowId: string,
): Promise<WorkflowExecutionDescription> {
  return askServer(server, () => server.client.workflow.getHandle(workflowId).describe());
}

async function brokenRollout(server: Connected, rolloutId: string): Promise<PersonError> {
  const handle = server.client.workflow.getHandle(rolloutId);
  const why = await askServer(server, () => handle.result()).then(
    () => 'It ended without saying why.',
    failureWords,
  );
  return new RolloutBrokenError(`The rollout ${rolloutId} ended too early. ${why}`);
}
