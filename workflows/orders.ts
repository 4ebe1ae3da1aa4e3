import type { UpdateDefinition } from '@temporalio/common';
import { ApplicationFailure, condition, setHandler } from '@temporalio/workflow';
import type { FrozenPlan } from '../rollout/frozen-plan';
import type { ActionName } from '../rollout/outcome';
import type { RolloutProgress } from '../rollout/progress';
import { refusal, type Author, type Order } from '../rollout/steering';
import { REFUSED, type Control } from './messages';
import { now } from './time';

const NEEDS_REASON: readonly ActionName[] = ['pause', 'abort', 'skip'];

/** What is wrong with an order itself: it may come from any tool that can send an Update. */
export function wrongOrder(action: ActionName, given: Partial<Control> | undefined): string | null {
  if (!isText(given?.by)) return `${action} needs to know who acts`;
  const reason = given?.reason ?? null;
  if (reason === null && !NEEDS_REASON.includes(action)) return null;
  return isText(reason) ? null : `${action} needs a reason`;
}

/** Whether the fields of an order are of the kind that they must be. */
function wrongFields(order: Order): string | null {
  if (order.action === 'abort') return null;
  const { action, wave } = order;
  if (wave !== null && !isText(wave)) return `${action} needs the name of a wave`;
  if (action === 'skip' && order.target !== null && !isText(order.target)) {
    return 'skip needs the id of a target, or none';
  }
  if (action !== 'budget') return null;
  const isMapping = typeof order.limits === 'object' && order.limits !== null;
  return isMapping ? null : 'budget needs limits';
}

/** Why an order must not be carried out; null if it may be. */
export function whyNot(
  progress: RolloutProgress,
  frozen: FrozenPlan | null,
  { given, order }: { readonly given: Control | undefined; readonly order: Order },
): string | null {
  return wrongOrder(order.action, given) ?? wrongFields(order) ?? refusal(progress, frozen, order);
}

/** Refuses a control that does not fit; nothing is recorded and nothing changes. */
export function refuseIf(why: string | null): void {
  if (why !== null) throw ApplicationFailure.nonRetryable(why, REFUSED);
}

/**
 * Obeys an Update. `refuse` throws for one that does not fit: before it is recorded, and once more
 * when its turn has come, for what came with it may have changed what fits.
 */
export function obey<R, C>(
  definition: UpdateDefinition<R, [C]>,
  refuse: (given: C | undefined) => void,
  carryOut: (given: C) => R,
): void {
  setHandler(
    definition,
    async (given) => {
      await othersFirst();
      refuse(given);
      return carryOut(given);
    },
    { validator: refuse },
  );
}

/**
 * Until everything else that this workflow task brought has done its work. The SDK hands an Update
 * over first; but a worker that has the workflow in its cache may have seen the rest in a task of
 * its own before, one that it answered without a command, while one that replays sees both as one
 * task (temporalio/sdk-rust#1146). Only an order that comes last is at the same place for both.
 */
async function othersFirst(): Promise<void> {
  // Whoever waits for a promise goes on in the first round, for a condition in the second.
  for (let round = 0; round < 2; round += 1) {
    let isOver = false;
    void Promise.resolve().then(() => (isOver = true));
    await condition(() => isOver);
  }
}

export function authorOf({ by, reason }: Control): Author {
  return { by, reason: reason ?? null, at: now() };
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value.trim() !== '';
}
