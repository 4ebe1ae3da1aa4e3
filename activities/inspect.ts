import { setMaxListeners } from 'node:events';
import { activityInfo, cancellationSignal, sleep } from '@temporalio/activity';
import PQueue from 'p-queue';
import { AuthenticationError, UnexpectedAnswerError } from '../cloud/errors';
import type { Families } from '../cloud/family';
import type { Inspection, UpgradeRequest } from '../rollout/upgrade';
import { isFinal, isMeant, toFailure } from './failures';

// Few enough to stay below the limits seen in the wild (200 calls in five minutes per user and
// service bite on long bursts, not on a short one), many enough that 50 targets take seconds.
const CALLS_AT_ONCE = 8;

// A gateway in trouble refuses at random; what is refused this often is meant.
const REFUSALS_BELIEVED = 4;

/** One fresh read of one target. Errors of the cloud are retryable failures. */
export function createInspect(families: Families) {
  return async function inspect(request: UpgradeRequest): Promise<Inspection> {
    const options = { signal: cancellationSignal() };
    try {
      return await families[request.upgrade.family].inspect(request, options);
    } catch (error) {
      const tried = activityInfo().attempt >= REFUSALS_BELIEVED;
      throw toFailure(error, { final: tried && isMeant(error) });
    }
  };
}

/** How one target looked when the plan was frozen, or why it could not be read. */
export type PlanInspection = Inspection | { readonly problem: string };

/**
 * Reads a batch of targets for a plan. An answer that cannot be understood is that target's problem;
 * a cloud that cannot be used fails the batch. The first target goes alone, because five refused
 * signatures in a row lock a key: wrong credentials must show before many calls are made.
 */
export function createInspectTargets(families: Families) {
  return async function inspectTargets(
    requests: readonly UpgradeRequest[],
  ): Promise<PlanInspection[]> {
    const queue = new PQueue({ concurrency: CALLS_AT_ONCE });
    const signal = cancellationSignal();
    // All calls of the batch listen to it: more than Node takes for a leak, and all go away again.
    setMaxListeners(0, signal);
    const [first, ...rest] = requests;
    if (!first) return [];
    try {
      const seen = await read(families, first, signal);
      const others = rest.map((request) => () => read(families, request, signal));
      return [seen, ...(await queue.addAll(others))];
    } catch (error) {
      throw toFailure(error, { final: isFinal(error) });
    }
  };
}

// One bad answer among a hundred must not throw away the ninety-nine others.
const TRIES = 3;
const TRY_AGAIN_MS = 1_000;

async function read(
  families: Families,
  request: UpgradeRequest,
  signal: AbortSignal,
): Promise<PlanInspection> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await families[request.upgrade.family].inspect(request, { signal });
    } catch (error) {
      // A look is two calls at once, and more than five refused signatures in a row lock the key.
      if (error instanceof AuthenticationError && tries === 2) throw error;
      if (tries < TRIES) await sleep(TRY_AGAIN_MS);
      else if (error instanceof UnexpectedAnswerError) return { problem: error.message };
      else throw error;
    }
  }
}
