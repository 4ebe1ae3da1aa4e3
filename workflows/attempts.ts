import type { ChildWorkflowHandle } from '@temporalio/workflow';
import {
  ChildWorkflowCancellationType,
  ParentClosePolicy,
  startChild,
  workflowInfo,
} from '@temporalio/workflow';
import { scopeOf } from '../rollout/clouds';
import { attemptId } from '../rollout/ids';
import type { AttemptEnd, AttemptResult, ReasonCode } from '../rollout/outcome';
import { goalOf } from '../rollout/roll-forward';
import type { TargetState } from '../rollout/wave-state';
import type { UpgradeInput } from './attempt-calls';
import * as messages from './messages';
import { now } from './time';
import type { upgrade } from './upgrade';
import type { WaveInput } from './wave';

export type Attempt = ChildWorkflowHandle<typeof upgrade>;

/** Starts the attempt; its id is the lock on the instance. */
export function startAttempt(
  input: WaveInput,
  state: TargetState,
  { notAfter, soonestMs }: Pick<UpgradeInput, 'notAfter' | 'soonestMs'>,
): Promise<Attempt> {
  const { rolloutId, wave, rules, upgrades } = input;
  const { target } = state;
  const scope = scopeOf(input, target);
  const choice = upgrades[target.upgrade];
  if (!choice) throw new Error(`frozen plan without upgrade ${target.upgrade}`);
  const { upgrade: goal, wanted } = goalOf(state, choice);

  const { recovery, polling, hooks, cloudAccess } = rules;
  return startChild<typeof upgrade>('upgrade', {
    workflowId: attemptId(scope, target),
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    // What was begun is followed to its end, also when this wave or its rollout is terminated.
    parentClosePolicy: ParentClosePolicy.ABANDON,
    cancellationType: ChildWorkflowCancellationType.ABANDON,
    typedSearchAttributes: [
      { key: messages.UPWAVE_ROLLOUT, value: rolloutId },
      { key: messages.UPWAVE_WAVE, value: wave.name },
      { key: messages.UPWAVE_FAMILY, value: choice.family },
    ],
    staticSummary: `${target.name ?? target.instanceId}: ${choice.family} to ${wanted ?? 'newest'}`,
    args: [
      {
        request: { scope, target, upgrade: goal },
        wanted,
        rules: { recovery, polling, hooks, cloudAccess },
        onBehalfOf: { rolloutId, waveId: workflowInfo().workflowId, wave: wave.name },
        notAfter,
        soonestMs,
      },
    ],
  });
}

/** An attempt that was ended from outside: what it had done cannot be told. */
export function lost(words: string): AttemptResult {
  return ended('unknown', 'terminated', `the attempt was ended from outside: ${words}`);
}

/** The instance's id is taken: another rollout, or another proxy of it, is being upgraded. */
export function locked(): AttemptResult {
  return ended('notSubmitted', 'busy', 'another attempt on this instance is under way');
}

function ended(result: AttemptEnd, reason: ReasonCode, reasonText: string): AttemptResult {
  const nothing = { submittedAt: null, ticket: null, versionBefore: null, versionAfter: null };
  const times = { startedAt: now(), endedAt: now() };
  return { result, reason, reasonText, ...nothing, compensation: null, ...times };
}
