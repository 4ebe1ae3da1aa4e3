import { cancellationSignal, getClient, log } from '@temporalio/activity';
import { CloudApiError, OutcomeUnknownError, TooLateError } from '../cloud/errors';
import type { Families, SubmitBasis } from '../cloud/family';
import { HOLD_MEMO, holds } from '../rollout/hold';
import { earliest } from '../rollout/instants';
import type { Submission, UpgradeRequest } from '../rollout/upgrade';
import { sharingNext } from './sharing-next';

/** For whom a request is sent: both workflows must run and not hold when it leaves. */
export interface OnBehalfOf {
  readonly rolloutId: string;
  readonly waveId: string;
  /** The wave's name. */
  readonly wave: string;
}

export interface SubmitInput {
  readonly request: UpgradeRequest;
  readonly basis: SubmitBasis;
  readonly onBehalfOf: OnBehalfOf;
  /** The last instant at which the request may leave: its window closes. Null: no limit. */
  readonly notAfter: string | null;
}

// The activity's time-out (workflows/queues.ts) is 30 s and begins before.
const SUBMIT_WITHIN_MS = 25_000;

// A server that is well answers in milliseconds.
const ASK_WITHIN_MS = 5_000;

/** The cloud's answer, or why nothing was sent. */
export type SubmitAnswer =
  | Submission
  | {
      readonly state: 'notSent';
      readonly reason: 'heldBack' | 'notSent' | 'cloudAccess' | 'windowClosed';
      readonly words: string;
    };

/**
 * Sends one upgrade request, once. Right before it the rollout and the wave are asked whether they
 * still run and do not hold: a signal to the attempt may be late, this read is not. After `notAfter`
 * it does not leave, whatever it waited for. Whatever goes wrong before the request leaves is
 * `notSent`; afterwards it is the family's `unknown`.
 */
export function createSubmit(families: Families) {
  const describe = sharingNext(describeNow);
  return async function submit(input: SubmitInput): Promise<SubmitAnswer> {
    const { request, basis, notAfter } = input;
    const leaveBy = new Date(Date.now() + SUBMIT_WITHIN_MS).toISOString();
    // Asked before all else, so that an attempt that waited long costs nothing more.
    if (isPast(notAfter)) return windowClosed(notAfter);
    // Signals end a call for good: a request that had to wait, for Temporal, for a token or in a
    // frozen process, must not leave when its workflow has begun to look what became of it.
    const signal = AbortSignal.any([cancellationSignal(), AbortSignal.timeout(SUBMIT_WITHIN_MS)]);
    const obstacle = await findObstacle(describe, input.onBehalfOf);
    if (obstacle) return { state: 'notSent', ...obstacle };
    if (signal.aborted) return TOOK_TOO_LONG;

    try {
      // A machine that was suspended does not count that time, but its clock knows of it.
      const options = { signal, notAfter: earliest(notAfter, leaveBy) };
      return await families[request.upgrade.family].submit(request, basis, options);
    } catch (error) {
      if (error instanceof TooLateError) {
        return isPast(notAfter) ? windowClosed(notAfter) : TOOK_TOO_LONG;
      }
      if (error instanceof OutcomeUnknownError || !(error instanceof CloudApiError)) throw error;
      log.warn('Nothing was submitted: the cloud cannot be used', { words: error.message });
      return { state: 'notSent', reason: 'cloudAccess', words: error.message };
    }
  };
}

const TOOK_TOO_LONG: SubmitAnswer = {
  state: 'notSent',
  reason: 'notSent',
  words: 'nothing was sent: it took too long until the request could leave',
};

/** By this machine's clock, which is the one that the request would be sent by. */
function isPast(notAfter: string | null): boolean {
  return notAfter !== null && Date.now() > Date.parse(notAfter);
}

function windowClosed(notAfter: string | null): SubmitAnswer {
  const words = `nothing was sent: the window takes no request after ${notAfter}`;
  return { state: 'notSent', reason: 'windowClosed', words };
}

type Obstacle = Pick<Extract<SubmitAnswer, { state: 'notSent' }>, 'reason' | 'words'>;

function describeNow(workflowId: string) {
  const client = getClient();
  return client.withDeadline(Date.now() + ASK_WITHIN_MS, () =>
    client.workflow.getHandle(workflowId).describe(),
  );
}

async function findObstacle(
  describe: typeof describeNow,
  { rolloutId, waveId, wave }: OnBehalfOf,
): Promise<Obstacle | null> {
  const found = await Promise.all([rolloutId, waveId].map((id) => obstacleOf(describe, id, wave)));
  return found.find((each) => each !== null) ?? null;
}

async function obstacleOf(
  describe: typeof describeNow,
  id: string,
  wave: string,
): Promise<Obstacle | null> {
  try {
    const { status, memo } = await describe(id);
    if (status.name !== 'RUNNING') return { reason: 'heldBack', words: `${id} has ended` };
    return holds(memo?.[HOLD_MEMO], wave) ? { reason: 'heldBack', words: `${id} holds` } : null;
  } catch {
    return { reason: 'notSent', words: `${id} could not be asked whether it still runs` };
  }
}
