import type { UpdateDefinition } from '@temporalio/common';
import {
  allHandlersFinished,
  ApplicationFailure,
  condition,
  continueAsNew,
  executeChild,
  log,
  setCurrentDetails,
  setHandler,
  upsertMemo,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { pausedForAccess } from '../rollout/access';
import { advance, type Step } from '../rollout/advance';
import { looked, lostLook } from '../rollout/bake';
import { describeRollout } from '../rollout/describe';
import { endedUnbegun } from '../rollout/ended';
import { endRollout } from '../rollout/ending';
import type { FrozenPlan, FrozenWave } from '../rollout/frozen-plan';
import { HOLD_MEMO, holdOf } from '../rollout/hold';
import { planId } from '../rollout/ids';
import { happenedIn, notFrozen, notified, type Happening } from '../rollout/notify';
import type { RolloutProgress, WavePart } from '../rollout/progress';
import {
  newRollout,
  partEnded,
  withNews,
  withPart,
  withWave,
  withWaves,
} from '../rollout/progress';
import { statusOf } from '../rollout/rollout-status';
import type { RolloutStatus } from '../rollout/status';
import { act, partLost, pausedByRule, type Order } from '../rollout/steering';
import { begunPart } from '../rollout/terms';
import { waitsAfter } from '../rollout/waits';
import { wordsOf } from './failures';
import * as messages from './messages';
import { authorOf, obey, refuseIf, whyNot } from './orders';
import { countEnded, recordWait } from './metrics';
import { newNotifier } from './notifier';
import { newParts } from './parts';
import type { plan } from './plan';
import { checks, keeps } from './queues';
import { now, untilChanged } from './time';

/**
 * One execution of a plan: freezes it, then obeys `advance`, which is the runbook: wave by wave,
 * gate, parts, budget, health. When its history has grown it continues as new, which it can only
 * while none of its waves runs: with the run that ends, the server would terminate them.
 */
export async function rollout(input: messages.RolloutInput): Promise<RolloutStatus> {
  const { workflowId, namespace } = workflowInfo();
  const name = input.frozen?.name ?? input.plan?.name ?? '';
  let frozen: FrozenPlan | null = input.frozen ?? null;
  let progress = input.carried ?? newRollout(workflowId, name, now());
  let changes = 0;
  let told = 'false';
  let step: Step | null = null;

  const notifier = newNotifier(input.frozen?.notify ?? input.plan?.notify ?? []);
  const isQuiet = () => allHandlersFinished() && notifier.isIdle();
  const tellPeople = (happened: readonly Happening[]) => {
    const news = notified(progress, happened, now());
    progress = news.progress;
    notifier.send(news.notifications);
  };

  /** The progress with everything that follows from it by itself; what holds is said at once. */
  const become = (next: RolloutProgress) => {
    changes += 1;
    const former = progress;
    progress = next;
    if (frozen && progress.endedAt === null) {
      const advanced = advance(progress, frozen, now());
      step = advanced.step;
      const waitingFor = step.do === 'wait' ? step.wait : null;
      const waits = waitsAfter(progress.waits, waitingFor, now());
      progress = { ...advanced.progress, waitingFor, waits };
    }
    if (frozen) countEnded(endedUnbegun(former, progress, frozen));
    setCurrentDetails(describeRollout(statusOf(progress), namespace));
    const hold = holdOf(progress);
    if (JSON.stringify(hold) !== told) {
      told = JSON.stringify(hold);
      upsertMemo({ [HOLD_MEMO]: hold });
    }
    if (notifier.hasReceivers) tellPeople(happenedIn(former, progress));
  };
  const carryOut = (given: messages.Control, order: Order) =>
    become(act(progress, order, authorOf(given)));
  const heed = <C extends messages.Control>(
    definition: UpdateDefinition<RolloutStatus, [C]>,
    orderOf: (given: Partial<C>) => Order,
  ) =>
    obey(
      definition,
      (given) => refuseIf(whyNot(progress, frozen, { given, order: orderOf(given ?? {}) })),
      (given) => {
        carryOut(given, orderOf(given));
        return statusOf(progress);
      },
    );
  const obeyLater = (given: messages.Control | undefined, order: Order) => {
    // Nobody waits for the answer to a signal: what does not fit by now changes nothing. And whoever
    // sends one by hand may give it nothing at all.
    if (given && whyNot(progress, frozen, { given, order }) === null) carryOut(given, order);
  };

  setHandler(messages.status, () => statusOf(progress));
  setHandler(messages.frozenPlan, () => frozen);
  setHandler(messages.waveNews, (news) => become(withNews(progress, news)));
  setHandler(messages.noAccess, (lost) => become(pausedForAccess(progress, lost, now())));
  setHandler(messages.acted, (action) =>
    become({ ...progress, actions: [...progress.actions, action] }),
  );
  setHandler(messages.needsPerson, (words) => become(pausedByRule(progress, words, now())));
  heed(messages.pause, ({ wave = null }) => ({ action: 'pause', wave }));
  heed(messages.resume, ({ wave = null }) => ({ action: 'resume', wave }));
  heed(messages.abort, () => ({ action: 'abort' }));
  heed(messages.approve, ({ wave = '' }) => ({ action: 'approve', wave }));
  heed(messages.skip, ({ wave = '', target = null }) => ({ action: 'skip', wave, target }));
  heed(messages.concurrency, ({ wave = null, limit = NaN }) => ({
    action: 'concurrency',
    wave,
    limit,
  }));
  heed(messages.budget, ({ wave = null, limits = {} }) => ({ action: 'budget', wave, limits }));
  setHandler(messages.pauseLater, (given: messages.WaveControl | undefined) =>
    obeyLater(given, { action: 'pause', wave: given?.wave ?? null }),
  );
  setHandler(messages.abortLater, (given) => obeyLater(given, { action: 'abort' }));

  become(progress);
  // A schedule cannot know the id of the rollouts that it starts.
  upsertSearchAttributes([{ key: messages.UPWAVE_ROLLOUT, value: workflowId }]);
  const finish = async () => {
    for (;;) {
      await condition(isQuiet);
      const [seen, ended] = [changes, endRollout(progress, now())];
      await keepReport(statusOf(ended));
      // Whoever sees the end finds the report of just this end.
      if (changes !== seen || !isQuiet()) continue;
      become(ended);
      await condition(isQuiet);
      return statusOf(progress);
    }
  };
  try {
    frozen ??= await freeze(input.plan, workflowId);
  } catch (error) {
    if (progress.aborting) return finish();
    if (notifier.hasReceivers) tellPeople([notFrozen(wordsOf(error))]);
    await condition(isQuiet);
    throw error;
  }
  const parts = newParts(frozen);
  const begin = async (part: WavePart) => {
    const begun = begunPart(progress, part);
    become(withPart(progress, part, begun));
    const handle = await parts.start(progress, begun);
    void handle
      .result()
      .then(
        (result) => become(partEnded(progress, part, result)),
        (error) => become(partLost(progress, part, lostWords(part, error), now())),
      )
      .finally(() => parts.forget(part));
  };
  const look = async ({ name: wave, bake }: FrozenWave) => {
    if (bake === null) return;
    const summary = `look at the health after wave ${wave}`;
    const looking = checks()
      .checkHealth.executeWithOptions({ summary }, [bake.checks])
      .catch((error: unknown) => lostLook(wordsOf(error)));
    // An abort does not wait for the answer of a health page.
    const found = await Promise.race([looking, condition(() => progress.aborting)]);
    const state = progress.waves.find((each) => each.name === wave)?.bake;
    if (found && state) become(withWave(progress, wave, { bake: looked(state, found, now()) }));
  };

  become(progress.parts.length === 0 ? withWaves(progress, frozen) : progress);
  for (;;) {
    const seen = changes;
    await parts.tell(progress);
    if (changes !== seen) continue;
    const next = step as Step | null;
    if (next === null || next.do === 'end') return finish();
    if (isHistoryLong()) {
      if (parts.areAllGone()) {
        await condition(isQuiet);
        return continueAsNew<typeof rollout>({ frozen, carried: progress });
      }
      // Another part would keep it from continuing as new: those that run come to their end first.
      if (next.do === 'begin') {
        await condition(() => changes !== seen);
        continue;
      }
    }
    if (next.do === 'begin') await begin(next.part);
    else if (next.do === 'look') await look(next.wave);
    else {
      const since = now();
      await untilChanged(() => changes !== seen, { ...next.wait, until: next.wakeAt });
      // What a wave waits for, the wave records.
      if (parts.areAllGone()) recordWait(next.wait, since);
      // An instant was waited for, and nothing but time has changed.
      if (changes === seen) become(progress);
    }
  }
}

/** What is kept of a rollout must not keep it from ending. */
async function keepReport(ended: RolloutStatus): Promise<void> {
  const summary = 'keep the report, if the worker has a folder for it';
  try {
    await keeps().keepReport.executeWithOptions({ summary }, [ended]);
  } catch (error) {
    log.warn('The report was not kept', { words: wordsOf(error) });
  }
}

// No part is begun beyond it, and those that run then may add a thousand events or so until their
// end: at 4,096 the server thinks a history too long.
const LONGEST_HISTORY = 2_500;

function isHistoryLong(): boolean {
  const { continueAsNewSuggested, historyLength } = workflowInfo();
  return continueAsNewSuggested || historyLength > LONGEST_HISTORY;
}

function lostWords({ wave }: WavePart, error: unknown): string {
  return `wave ${wave} was ended from outside (${wordsOf(error)}): resume to go on without it`;
}

const WHAT_TO_CHECK =
  "Check the worker's credentials and endpoints, and the plan's project and region.";

async function freeze(input: messages.RolloutInput['plan'], rollout: string): Promise<FrozenPlan> {
  if (!input) throw ApplicationFailure.nonRetryable('A rollout needs a plan.', 'NotFrozen');
  try {
    return await executeChild<typeof plan>('plan', {
      workflowId: planId(rollout),
      staticSummary: `resolve and inspect the targets of ${input.name}`,
      typedSearchAttributes: [{ key: messages.UPWAVE_ROLLOUT, value: rollout }],
      args: [input],
    });
  } catch (error) {
    const words = `The plan could not be frozen, nothing was submitted: ${wordsOf(error)}`;
    throw ApplicationFailure.nonRetryable(`${words}. ${WHAT_TO_CHECK}`, 'NotFrozen');
  }
}
