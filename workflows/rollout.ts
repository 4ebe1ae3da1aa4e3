import {
  allHandlersFinished,
  ApplicationFailure,
  condition,
  continueAsNew,
  executeChild,
  ParentClosePolicy,
  setCurrentDetails,
  setHandler,
  startChild,
  upsertMemo,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { SignalDefinition, UpdateDefinition } from '@temporalio/common';
import type { ChildWorkflowHandle } from '@temporalio/workflow';
import { describeRollout } from '../rollout/describe';
import type { FrozenPlan } from '../rollout/frozen-plan';
import { planId, waveId } from '../rollout/ids';
import type { ControlName, RolloutProgress, WavePart } from '../rollout/rollout';
import {
  act,
  budgetsFor,
  endRollout,
  isHeld,
  mayBegin,
  newRollout,
  nextPart,
  refusal,
  waitsAfterLoss,
  statusOf,
  withPart,
  withWaves,
} from '../rollout/rollout';
import type { RolloutStatus } from '../rollout/status';
import { splitParts } from '../rollout/waves';
import { wordsOf } from './failures';
import * as messages from './messages';
import type { plan } from './plan';
import { now } from './time';
import type { wave } from './wave';

type Wave = ChildWorkflowHandle<typeof wave>;

/**
 * One execution of a plan: freezes it, then does its waves, one after the other. Between waves, and
 * only there, it continues as new when its history has grown.
 */
export async function rollout(input: messages.RolloutInput): Promise<RolloutStatus> {
  const { workflowId } = workflowInfo();
  const name = input.frozen?.name ?? input.plan?.name ?? '';
  let frozen: FrozenPlan | null = input.frozen ?? null;
  let progress = input.carried ?? newRollout(workflowId, name, now());
  let current: Wave | null = null;
  const become = (next: RolloutProgress) => {
    progress = next;
    setCurrentDetails(describeRollout(statusOf(progress)));
  };
  const obey = (control: ControlName, definition: ControlUpdate, order: WaveOrder) =>
    setHandler(
      definition,
      async ({ by, reason }) => {
        become(act(progress, { action: control, by, reason, at: now() }));
        upsertMemo({ hold: isHeld(progress) });
        await tell(current, order);
        return statusOf(progress);
      },
      { validator: (order?: messages.Control) => refuse(progress, control, order) },
    );

  setHandler(messages.status, () => statusOf(progress));
  setHandler(messages.frozenPlan, () => frozen);
  setHandler(messages.waveNews, ({ waitingFor, ...news }) =>
    become(withPart(progress, news, waitingFor)),
  );
  obey('pause', messages.pause, messages.hold);
  obey('resume', messages.resume, messages.release);
  obey('abort', messages.abort, messages.abortWave);

  become(progress);
  // A schedule cannot know the id of the rollouts that it starts.
  upsertSearchAttributes([{ key: messages.UPWAVE_ROLLOUT, value: workflowId }]);
  try {
    frozen ??= await freeze(input.plan, workflowId);
  } catch (error) {
    if (!progress.aborting) throw error;
    become(endRollout(progress, now()));
    return statusOf(progress);
  }
  if (progress.parts.length === 0) become(withWaves(progress, frozen));
  for (let part = nextPart(progress); part; part = nextPart(progress)) {
    await condition(() => mayBegin(progress));
    if (progress.aborting) break;
    if (workflowInfo().continueAsNewSuggested) {
      await condition(allHandlersFinished);
      return continueAsNew<typeof rollout>({ frozen, carried: progress });
    }
    current = await startWave(progress, frozen, part);
    const { wave, part: number } = part;
    become(withPart(progress, { wave, part: number, state: 'running' }, progress.waitingFor));
    // The order that was given while it started did not reach it.
    if (progress.paused) await tell(current, messages.hold);
    if (progress.aborting) await tell(current, messages.abortWave);
    become(await endOf(current, part, () => progress));
    current = null;
  }
  // Of a wave that was ended from outside a person should know before the rollout is over.
  await condition(() => !waitsAfterLoss(progress));
  await condition(allHandlersFinished);
  become(endRollout(progress, now()));
  return statusOf(progress);
}

type ControlUpdate = UpdateDefinition<RolloutStatus, [messages.Control]>;
type WaveOrder = SignalDefinition<[]>;

/** Gives a wave an order. One that has just ended cannot be told, and needs no order. */
async function tell(current: Wave | null, order: WaveOrder): Promise<void> {
  await current?.signal(order).catch(() => undefined);
}

/** What is wrong with an order itself: it may come from any tool that can send an Update. */
function wrongOrder(control: ControlName, order?: Partial<messages.Control>): string | null {
  const isText = (value: unknown) => typeof value === 'string' && value.trim() !== '';
  if (!isText(order?.by)) return `${control} needs to know who acts`;
  if (order?.reason === null && control === 'resume') return null;
  return isText(order?.reason) ? null : `${control} needs a reason`;
}

/** Refuses a control that does not fit; nothing is recorded and nothing changes. */
function refuse(progress: RolloutProgress, control: ControlName, order?: messages.Control): void {
  const why = wrongOrder(control, order) ?? refusal(progress, control);
  if (why) throw ApplicationFailure.nonRetryable(why, messages.REFUSED);
}

const WHAT_TO_CHECK =
  "Check the worker's credentials and endpoints, and the plan's project and region.";

async function freeze(input: messages.RolloutInput['plan'], rollout: string): Promise<FrozenPlan> {
  if (!input) throw ApplicationFailure.nonRetryable('A rollout needs a plan.', 'NotFrozen');
  try {
    return await executeChild<typeof plan>('plan', {
      workflowId: planId(rollout),
      staticSummary: `resolve and inspect the targets of ${input.name}`,
      args: [input],
    });
  } catch (error) {
    const words = `The plan could not be frozen, nothing was submitted: ${wordsOf(error)}`;
    throw ApplicationFailure.nonRetryable(`${words}. ${WHAT_TO_CHECK}`, 'NotFrozen');
  }
}

function startWave(progress: RolloutProgress, frozen: FrozenPlan, part: WavePart): Promise<Wave> {
  const whole = frozen.waves.find(({ name }) => name === part.wave);
  const targets = whole && splitParts(whole)[part.part - 1]?.targets;
  if (!targets) throw new Error(`frozen plan without wave ${part.wave}, part ${part.part}`);

  const { rolloutId, paused } = progress;
  const { scope, upgrades, rules } = frozen;
  const budgets = budgetsFor(progress, frozen, part);
  const own = { ...whole, targets, budget: budgets.wave };
  return startChild<typeof wave>('wave', {
    workflowId: waveId(rolloutId, part.wave, part.part, part.parts),
    // When someone terminates the rollout, nothing new begins; attempts under way go on.
    parentClosePolicy: ParentClosePolicy.TERMINATE,
    typedSearchAttributes: [
      { key: messages.UPWAVE_ROLLOUT, value: rolloutId },
      { key: messages.UPWAVE_WAVE, value: part.wave },
    ],
    staticSummary: `${part.wave}: ${targets.length} targets, ${whole.concurrency} at once`,
    args: [
      {
        rolloutId,
        scope,
        wave: own,
        part: part.part,
        upgrades,
        rules,
        rolloutBudget: budgets.rollout,
        paused,
      },
    ],
  });
}

/** Waits for a wave. One that was ended from outside pauses the rollout: a person must look. */
async function endOf(
  current: Wave,
  part: WavePart,
  latest: () => RolloutProgress,
): Promise<RolloutProgress> {
  try {
    const { counts, waitingFor } = await current.result();
    return withPart(latest(), { ...part, state: 'ended', counts }, waitingFor);
  } catch (error) {
    const words = `wave ${part.wave} was ended from outside (${wordsOf(error)}): resume to go on with the next`;
    const { counts } =
      latest().parts.find((p) => p.wave === part.wave && p.part === part.part) ?? part;
    const paused = { reason: 'paused', until: null, words } as const;
    return { ...withPart(latest(), { ...part, state: 'lost', counts }, paused), paused: true };
  }
}
