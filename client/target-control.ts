import type { UpdateDefinition } from '@temporalio/common';
import { findTarget, type TargetPlace } from '../rollout/find-target';
import { targetId, waveId } from '../rollout/ids';
import type { ActionName } from '../rollout/outcome';
import type { TargetState } from '../rollout/wave-state';
import type { Connected } from '../temporal/connect';
import { isEnded, refused, sendControl } from './controls';
import { isNotFound } from './errors';
import type { Output } from './output';
import { describe, readFrozenPlan } from './rollout-reads';
import { OUTCOME_WORDS, targetWords } from './words';

/** A target of a rollout, and the workflow of its wave. */
export interface LocatedTarget {
  /** As controls name it. */
  readonly id: string;
  readonly place: TargetPlace;
  readonly workflowId: string;
  readonly wave: 'pending' | 'running' | 'ended';
}

/** Finds the one target that was named. Throws a refusal (exit code 5) if there is not exactly one. */
export async function locateTarget(
  server: Connected,
  rolloutId: string,
  named: string,
): Promise<LocatedTarget> {
  const notDone = 'The target could not be looked up: nothing has changed.';
  const frozen = await readFrozenPlan(server, rolloutId, notDone);
  if (frozen === null) {
    throw refused('its targets are still being read: there are no waves yet');
  }
  const found = findTarget(frozen, named);
  if (found.kind === 'refused') throw refused(found.why);

  const { wave, part, parts, target } = found.place;
  const workflowId = waveId(rolloutId, wave, part, parts);
  const standing = await standingOf(server, workflowId);
  return { id: targetId(target), place: found.place, workflowId, wave: standing };
}

/** Sends an Update about a target to its running wave, which answers how the target stands then. */
export function controlTarget<Order>(
  server: Connected,
  target: LocatedTarget,
  request: {
    readonly name: ActionName;
    readonly rolloutId: string;
    readonly update: UpdateDefinition<TargetState, [Order]>;
    readonly order: Order;
  },
): Promise<TargetState> {
  return sendControl(server, { ...request, workflowId: target.workflowId });
}

/** What was done about a target. `target` is null in the document while its wave has not begun. */
export function sayTargetDone(
  output: Output,
  done: string,
  told: {
    readonly rolloutId: string;
    readonly wave: string;
    readonly target: TargetState | null;
  },
): void {
  const { target } = told;
  output.result(target === null ? done : `${done}\n${standingWords(target)}`);
  output.document(told);
}

function standingWords({ target, status, end, waitWords }: TargetState): string {
  const name = targetWords(target);
  if (end) return `${name}: ${OUTCOME_WORDS[end.outcome]}: ${end.reasonText}`;
  if (status === 'inFlight') return `${name}: in flight`;
  return `${name}: pending${waitWords ? `: ${waitWords}` : ''}`;
}

async function standingOf(server: Connected, workflowId: string): Promise<LocatedTarget['wave']> {
  try {
    const { status } = await describe(server, workflowId);
    return isEnded(status.name) ? 'ended' : 'running';
  } catch (error) {
    if (isNotFound(error)) return 'pending';
    throw error;
  }
}
