import type { WorkflowExecutionDescription } from '@temporalio/client';
import type { FrozenPlan } from '../rollout/frozen-plan';
import { waveId } from '../rollout/ids';
import type { RolloutStatus } from '../rollout/status';
import type { TargetState } from '../rollout/wave-state';
import { splitParts } from '../rollout/waves';
import type { Connected } from '../temporal/connect';
import { frozenPlan, status, targets, type WaveResult } from '../workflows/messages';
import { failureWords, isNotFound, PersonError } from './errors';
import { askServer, askWorkflow } from './workers';

/** A rollout that can be told of, and whether its workflow still runs. */
export interface RolloutLook {
  readonly status: RolloutStatus;
  readonly running: boolean;
}

/** A part of a wave and its targets; null when it has not begun, or never will. */
export interface PartLook {
  readonly wave: string;
  readonly part: number;
  readonly targets: readonly TargetState[] | null;
}

/**
 * The status of a rollout. One that has ended needs no worker. One that failed, or that was
 * terminated in Temporal, throws a {@link RolloutBrokenError} with the words of it.
 */
export async function readStatus(server: Connected, rolloutId: string): Promise<RolloutLook> {
  const { client } = server;
  const handle = client.workflow.getHandle(rolloutId);
  const description = await describe(server, rolloutId);
  switch (description.status.name) {
    case 'RUNNING':
    case 'CONTINUED_AS_NEW':
    case 'PAUSED': {
      const request = { queue: description.taskQueue, notDone: 'The status could not be read.' };
      return {
        status: await askWorkflow(server, request, () => handle.query(status)),
        running: true,
      };
    }
    case 'COMPLETED':
      return {
        status: await askServer(server, () => handle.result() as Promise<RolloutStatus>),
        running: false,
      };
    default:
      throw await brokenRollout(server, rolloutId);
  }
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

/** The ids of a wave's parts, as the frozen plan cuts them. */
export function partsOf(
  frozen: FrozenPlan | null,
  waveName: string,
): { part: number; parts: number }[] {
  const wave = frozen?.waves.find(({ name }) => name === waveName);
  if (!wave) return [];
  const parts = splitParts(wave).length;
  return Array.from({ length: parts }, (_, at) => ({ part: at + 1, parts }));
}

/** The targets of one part of a wave, as they stand: its result once it has ended, else its query. */
export async function readPart(
  server: Connected,
  rolloutId: string,
  { wave, part, parts }: { readonly wave: string; readonly part: number; readonly parts: number },
): Promise<PartLook> {
  const workflowId = waveId(rolloutId, wave, part, parts);
  const handle = server.client.workflow.getHandle(workflowId);
  try {
    const description = await describe(server, workflowId);
    if (description.status.name === 'COMPLETED') {
      const result = await askServer(server, () => handle.result() as Promise<WaveResult>);
      return { wave, part, targets: result.targets };
    }
    const request = { queue: description.taskQueue, notDone: 'Its targets could not be read.' };
    return { wave, part, targets: await askWorkflow(server, request, () => handle.query(targets)) };
  } catch (error) {
    if (isNotFound(error)) return { wave, part, targets: null };
    throw error;
  }
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
