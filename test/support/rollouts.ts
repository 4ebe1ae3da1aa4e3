import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import type { FrozenPlan } from '../../rollout/frozen-plan';
import { rolloutId, waveId } from '../../rollout/ids';
import type { Plan } from '../../rollout/plan';
import type { RolloutStatus } from '../../rollout/status';
import type { TargetState } from '../../rollout/wave-state';
import * as messages from '../../workflows/messages';
import type { RolloutInput } from '../../workflows/messages';
import type { plan } from '../../workflows/plan';
import type { rollout } from '../../workflows/rollout';
import type { World } from './world';

/** Where a rollout can be started. */
type Place = Pick<World, 'client' | 'taskQueue'>;

/** The frozen plan, as a worker resolves it. */
export function freeze({ client, taskQueue }: Place, given: Plan): Promise<FrozenPlan> {
  return client.workflow.execute<typeof plan>('plan', {
    workflowId: rolloutId(given.name, `plan-${randomUUID()}`),
    taskQueue,
    args: [given],
  });
}

/** A rollout of a plan that was frozen before. */
export function startFrozen({ client, taskQueue }: Place, frozen: FrozenPlan) {
  const input: RolloutInput = { frozen };
  return client.workflow.start<typeof rollout>('rollout', {
    workflowId: rolloutId(frozen.name, randomUUID()),
    taskQueue,
    args: [input],
  });
}

/** All targets of a wave of one part, as they stand. */
export async function targetsOf(
  { client }: World,
  { workflowId }: Pick<WorkflowHandle, 'workflowId'>,
  wave = 'all',
): Promise<readonly TargetState[]> {
  const handle = client.workflow.getHandle(waveId(workflowId, wave, 1, 1));
  return handle.query(messages.targets);
}

/** Outcome and reason of each target, in plan order. */
export async function endsOf(world: World, handle: WorkflowHandle): Promise<string[]> {
  const targets = await targetsOf(world, handle);
  return targets.map(({ end }) => (end ? `${end.outcome}/${end.reason}` : 'none'));
}

/** Looks until `holds` says yes; fails with the last status after `withinMs`. */
export async function untilStatus(
  handle: WorkflowHandle<typeof rollout>,
  holds: (status: RolloutStatus) => boolean,
  withinMs = 30_000,
): Promise<RolloutStatus> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const status = await handle.query(messages.status);
    if (holds(status)) return status;
    if (Date.now() > deadline)
      throw new Error(`not within ${withinMs} ms: ${JSON.stringify(status)}`);
    await sleep(100);
  }
}

/** Looks until `look` gives something; fails with `what` after `withinMs`. */
export async function until<T>(
  what: string,
  look: () => Promise<T | null | undefined | false>,
  withinMs = 30_000,
): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > deadline) throw new Error(`not within ${withinMs} ms: ${what}`);
    await sleep(100);
  }
}
