import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  ChildWorkflowCancellationType,
  condition,
  getExternalWorkflowHandle,
  ParentClosePolicy,
  setCurrentDetails,
  setHandler,
  startChild,
  upsertMemo,
  workflowInfo,
} from '@temporalio/workflow';
import type { ChildWorkflowHandle } from '@temporalio/workflow';
import { admit, isHolding, waitAfter } from '../rollout/admission';
import { countsOf } from '../rollout/counts';
import { describeWave } from '../rollout/describe';
import type { BudgetLimits, FrozenTarget, FrozenWave, Rules } from '../rollout/frozen-plan';
import { attemptId } from '../rollout/ids';
import { msBetween } from '../rollout/instants';
import type { AttemptEnd, AttemptResult, ReasonCode, Wait } from '../rollout/outcome';
import type { CloudScope, Upgrade } from '../rollout/upgrade';
import {
  abortWave,
  attemptEnded,
  attemptStarted,
  isDone,
  newWave,
  pauseWave,
  resumeWave,
} from '../rollout/wave';
import type { WaveState } from '../rollout/wave-state';
import { wordsOf } from './failures';
import * as messages from './messages';
import { now } from './time';
import type { upgrade } from './upgrade';

export interface WaveInput {
  readonly rolloutId: string;
  readonly scope: CloudScope;
  readonly wave: FrozenWave;
  /** Counts from 1. */
  readonly part: number;
  readonly upgrades: Readonly<Record<string, Upgrade>>;
  readonly rules: Rules;
  /** The rollout's budget, less what earlier waves have used. */
  readonly rolloutBudget: BudgetLimits;
  readonly paused: boolean;
}

type Attempt = ChildWorkflowHandle<typeof upgrade>;

/**
 * Upgrades the targets of one wave under one set of rules: admits, starts attempts, collects their
 * results, and queues again what deserves another attempt. Returns when every target has an outcome.
 */
export async function wave(input: WaveInput): Promise<messages.WaveResult> {
  let state = newWave(input.wave, input.rules, input.rolloutBudget);
  let changes = 0;
  const attempts = new Map<number, Attempt>();
  const become = (next: WaveState) => {
    state = next;
    changes += 1;
  };
  const end = (index: number, result: AttemptResult) => {
    attempts.delete(index);
    become(attemptEnded(state, index, result, now()));
  };
  const begin = async (index: number) => {
    const target = state.targets[index]?.target;
    if (!target) return;
    become(attemptStarted(state, index, now()));
    try {
      const attempt = await startAttempt(input, target);
      attempts.set(index, attempt);
      void attempt.result().then(
        (result) => end(index, result),
        (error) => end(index, lost(error)),
      );
      // The hold that went to all attempts did not know this one yet.
      if (isHolding(state)) await holdBack([attempt]);
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      end(index, locked());
    }
  };
  const follower = newFollower(input);

  if (input.paused) become(pauseWave(state));
  setHandler(messages.hold, () => become(pauseWave(state)));
  setHandler(messages.release, () => become(resumeWave(state)));
  setHandler(messages.abortWave, () => become(abortWave(state, now())));
  setHandler(messages.targets, () => state.targets);

  while (!isDone(state)) {
    const seen = changes;
    const { start, wait } = admit(state, now());
    await Promise.all(start.map(begin));
    await follower.tell(state, wait, [...attempts.values()]);
    if (changes === seen) await untilChanged(() => changes !== seen, wait);
  }
  await follower.tell(state, null, []);
  return {
    wave: input.wave.name,
    part: input.part,
    counts: countsOf(state.targets),
    targets: state.targets,
    waitingFor: waitAfter(state),
  };
}

/** Starts the attempt; its id is the lock on the instance. */
function startAttempt(input: WaveInput, target: FrozenTarget): Promise<Attempt> {
  const { rolloutId, scope, wave, rules } = input;
  const choice = input.upgrades[target.upgrade];
  if (!choice) throw new Error(`frozen plan without upgrade ${target.upgrade}`);

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
    staticSummary: `${target.name ?? target.instanceId}: ${choice.family} to ${target.wanted ?? 'newest'}`,
    args: [
      {
        request: { scope, target, upgrade: choice },
        wanted: target.wanted,
        rules,
        onBehalfOf: [rolloutId, workflowInfo().workflowId],
      },
    ],
  });
}

/** Tells the world outside this workflow, each only when it has changed. */
function newFollower({ rolloutId, wave, part }: WaveInput) {
  let held = false;
  let told = '';

  async function tell(state: WaveState, wait: Wait | null, inFlight: readonly Attempt[]) {
    setCurrentDetails(describeWave(state, wait));
    const holding = isHolding(state);
    if (holding !== held) {
      held = holding;
      upsertMemo({ hold: holding });
      if (holding) await holdBack(inFlight);
    }

    const counts = countsOf(state.targets);
    const percent = Math.floor(
      (100 * (counts.total - counts.pending - counts.inFlight)) / counts.total,
    );
    const news = JSON.stringify([percent, wait]);
    if (news === told) return;
    told = news;
    await getExternalWorkflowHandle(rolloutId)
      .signal(messages.waveNews, { wave: wave.name, part, counts, waitingFor: wait })
      // A rollout that has ended needs no news; this wave is being terminated with it.
      .catch(() => undefined);
  }
  return { tell };
}

async function holdBack(attempts: readonly Attempt[]): Promise<void> {
  // An attempt that has just ended cannot be signalled, and need not be.
  await Promise.all(
    attempts.map((attempt) => attempt.signal(messages.hold).catch(() => undefined)),
  );
}

async function untilChanged(changed: () => boolean, wait: Wait | null): Promise<void> {
  if (!wait?.until) return condition(changed);
  await condition(changed, Math.max(1, msBetween(now(), wait.until)), { summary: wait.words });
}

/** The instance's id is taken: another rollout, or another proxy of it, is being upgraded. */
function locked(): AttemptResult {
  return ended('notSubmitted', 'busy', 'another attempt on this instance is under way');
}

function lost(error: unknown): AttemptResult {
  return ended('unknown', 'terminated', `the attempt was ended from outside: ${wordsOf(error)}`);
}

function ended(result: AttemptEnd, reason: ReasonCode, reasonText: string): AttemptResult {
  const nothing = { submittedAt: null, ticket: null, versionBefore: null, versionAfter: null };
  return { result, reason, reasonText, ...nothing, startedAt: now(), endedAt: now() };
}
