import { cancellationSignal, getClient, log } from '@temporalio/activity';
import { CloudApiError, OutcomeUnknownError } from '../cloud/errors';
import type { Families, SubmitBasis } from '../cloud/family';
import type { Submission, UpgradeRequest } from '../rollout/upgrade';

export interface SubmitInput {
  readonly request: UpgradeRequest;
  readonly basis: SubmitBasis;
  /** Workflows that must run and not hold when the request is sent: the rollout and the wave. */
  readonly onBehalfOf: readonly string[];
}

// The activity's time-out (workflows/queues.ts) is 30 s and begins before.
const SUBMIT_WITHIN_MS = 25_000;

// A server that is well answers in milliseconds.
const ASK_WITHIN_MS = 5_000;

/** The memo by which a rollout or wave says that nothing may be submitted now. */
export const HOLD = 'hold';

/** The cloud's answer, or why nothing was sent. */
export type SubmitAnswer =
  | Submission
  | {
      readonly state: 'notSent';
      readonly reason: 'heldBack' | 'notSent' | 'cloudAccess';
      readonly words: string;
    };

/**
 * Sends one upgrade request, once. Right before it the rollout and the wave are asked whether they
 * still run and do not hold: a signal to the attempt may be late, this read is not. Whatever goes
 * wrong before the request leaves is `notSent`; afterwards it is the family's `unknown`.
 */
export function createSubmit(families: Families) {
  return async function submit(input: SubmitInput): Promise<SubmitAnswer> {
    const { request, basis } = input;
    // Signals end a call for good: a request that had to wait, for Temporal, for a token or in a
    // frozen process, must not leave when its workflow has begun to look what became of it.
    const signal = AbortSignal.any([cancellationSignal(), AbortSignal.timeout(SUBMIT_WITHIN_MS)]);
    const obstacle = await findObstacle(input.onBehalfOf);
    if (obstacle) return { state: 'notSent', ...obstacle };
    if (signal.aborted)
      return { state: 'notSent', reason: 'notSent', words: 'asking took too long' };

    try {
      return await families[request.upgrade.family].submit(request, basis, { signal });
    } catch (error) {
      if (error instanceof OutcomeUnknownError || !(error instanceof CloudApiError)) throw error;
      log.warn('Nothing was submitted: the cloud cannot be used', { words: error.message });
      return { state: 'notSent', reason: 'cloudAccess', words: error.message };
    }
  };
}

type Obstacle = Pick<Extract<SubmitAnswer, { state: 'notSent' }>, 'reason' | 'words'>;

async function findObstacle(workflowIds: readonly string[]): Promise<Obstacle | null> {
  const client = getClient();
  for (const id of workflowIds) {
    try {
      const { status, memo } = await client.withDeadline(Date.now() + ASK_WITHIN_MS, () =>
        client.workflow.getHandle(id).describe(),
      );
      if (status.name !== 'RUNNING') return { reason: 'heldBack', words: `${id} has ended` };
      if (memo?.[HOLD]) return { reason: 'heldBack', words: `${id} holds` };
    } catch {
      return { reason: 'notSent', words: `${id} could not be asked whether it still runs` };
    }
  }
  return null;
}
