import { activityInfo, cancellationSignal, heartbeat } from '@temporalio/activity';
import PQueue from 'p-queue';
import { RequestRefusedError } from '../cloud/errors';
import type { Families } from '../cloud/family';
import { clockMs } from '../cloud/snapshots';
import { firstStep } from '../rollout/attempt';
import type { Inspection, UpgradeRequest } from '../rollout/upgrade';
import { whileBeating } from './beating';
import { isFinal, isMeant, isOfOne, toFailure } from './failures';
import { tried } from './tries';

// A batch of a plan: those who ask together are answered by the same lists. How many calls are made
// at a time is the gate's affair.
const TARGETS_AT_ONCE = 50;

// A gateway in trouble refuses at random; what is refused this often in a row is meant.
const REFUSALS_BELIEVED = 4;

const LAST_LOOK_MS = 500;

/** What one try leaves to the next: Temporal keeps the last heartbeat of a failed attempt. */
interface Memory {
  /** Refusals in a row, a missing instance included; other trouble in between says nothing about the target and begins anew. */
  readonly refusals: number;
}

/**
 * One fresh read of one target. Errors of the cloud are retryable failures, until the cloud has
 * refused several times in a row.
 */
export function createInspect(families: Families) {
  return async function inspect(request: UpgradeRequest, preCheck?: PreCheck): Promise<Inspection> {
    const before = (activityInfo().heartbeatDetails as Memory | undefined)?.refusals ?? 0;
    try {
      // What was read before the attempt asked may be older than an upgrade of ours.
      const options = { signal: cancellationSignal(), freshSinceMs: clockMs() };
      const seen = await families[request.upgrade.family].inspect(request, options);
      if (seen.state !== 'gone' || before + 1 >= REFUSALS_BELIEVED) {
        return preCheck ? await preChecked(families, request, { seen, ...preCheck }) : seen;
      }
      throw new RequestRefusedError(`no such instance: ${seen.status}`, 'notFound');
    } catch (error) {
      const refusals = isMeant(error) ? before + 1 : 0;
      heartbeat({ refusals } satisfies Memory);
      // It ends with a look, so that what it has seen lasted as long as it did.
      const deadline = {
        limitMs: activityInfo().scheduleToCloseTimeoutMs,
        lastLookMs: LAST_LOOK_MS,
      };
      throw toFailure(error, { final: refusals >= REFUSALS_BELIEVED, deadline });
    }
  };
}

/** The wish to ask the cloud's own checks before anything is submitted. */
export interface PreCheck {
  /** As the plan was frozen; null when it could not be told then. */
  readonly wanted: string | null;
}

/** Nothing is asked about a target to which nothing would be submitted anyway. */
async function preChecked(
  families: Families,
  request: UpgradeRequest,
  { seen, wanted }: PreCheck & { readonly seen: Inspection },
): Promise<Inspection> {
  const step = firstStep(request.upgrade, seen, wanted);
  if (step.do !== 'submit') return seen;
  const options = { signal: cancellationSignal() };
  const objection = await families[request.upgrade.family].preCheck?.(request, step, options);
  return objection ? { ...seen, objection } : seen;
}

/** How one target looked when the plan was frozen, or why it could not be read. */
export type PlanInspection = Inspection | { readonly problem: string };

/**
 * Reads a batch of targets for a plan. A refusal of one target, or an answer about it that cannot be
 * understood, is that target's problem; a cloud that cannot be used fails the batch. The first target goes
 * alone, because five refused signatures in a row lock a key: wrong credentials must show before many
 * calls are made.
 */
export function createInspectTargets(families: Families) {
  return async function inspectTargets(
    requests: readonly UpgradeRequest[],
  ): Promise<PlanInspection[]> {
    const queue = new PQueue({ concurrency: TARGETS_AT_ONCE });
    const [first, ...rest] = requests;
    if (!first) return [];
    try {
      return await whileBeating(async (signal) => {
        const seen = await read(families, first, signal);
        const others = rest.map((request) => () => read(families, request, signal));
        return [seen, ...(await queue.addAll(others))];
      });
    } catch (error) {
      throw toFailure(error, { final: isFinal(error) });
    }
  };
}

// The batch has 1,200 s. Where the worker's share of calls is small, a plan takes its time.
const PLAN_WAITS_MS = 900_000;

async function read(
  families: Families,
  request: UpgradeRequest,
  signal: AbortSignal,
): Promise<PlanInspection> {
  const options = { signal, patienceMs: PLAN_WAITS_MS, newest: true };
  try {
    return await tried(() => families[request.upgrade.family].inspect(request, options));
  } catch (error) {
    if (!isOfOne(error)) throw error;
    return { problem: error.message };
  }
}
