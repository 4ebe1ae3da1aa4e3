import { ApplicationFailure } from '@temporalio/workflow';
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

export function authorOf({ by, reason }: Control): Author {
  return { by, reason: reason ?? null, at: now() };
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value.trim() !== '';
}
