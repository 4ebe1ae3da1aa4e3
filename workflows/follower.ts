import {
  getExternalWorkflowHandle,
  setCurrentDetails,
  sleep,
  upsertMemo,
} from '@temporalio/workflow';
import { noAccessIn, type NoAccess } from '../rollout/access';
import { isHolding, type Admission } from '../rollout/admission';
import { describeWave } from '../rollout/describe';
import { HOLD_MEMO } from '../rollout/hold';
import { isDue, newsOf, waitDueMs, type News } from '../rollout/news';
import type { Action } from '../rollout/outcome';
import type { WaveState } from '../rollout/wave-state';
import { unlessCancelled } from './failures';
import * as messages from './messages';
import { now } from './time';
import type { WaveInput } from './wave';

/** Tells the world outside a wave what it should know, each only when it has changed. */
export function newFollower({
  rolloutId,
  wave,
  part,
}: Pick<WaveInput, 'rolloutId' | 'wave' | 'part'>) {
  let said = false;
  let held = false;
  let aborted = false;
  let told: News | null = null;
  let latest: News | null = null;
  const begunAt = now();
  let toldAt = begunAt;
  /** How often nothing was told but what the wave waits for. */
  let times = 0;
  let isToldLater = false;
  let lostUntil = '';
  let underWay = 0;
  const rollout = getExternalWorkflowHandle(rolloutId);

  /** Says by the memo whether anything may be submitted, in the same workflow task. */
  function sayHold(state: WaveState): void {
    const holding = isHolding(state);
    if (holding === said) return;
    said = holding;
    upsertMemo({ [HOLD_MEMO]: holding });
  }

  async function tell(
    state: WaveState,
    admission: Pick<Admission, 'wait' | 'wants'>,
    holdAll: () => Promise<void>,
  ): Promise<void> {
    setCurrentDetails(describeWave(state, admission.wait));
    const holding = isHolding(state);
    const { aborting } = state.terms;
    // An abort says more than the pause before it.
    const isNew = holding && (!held || aborting !== aborted);
    held = holding;
    aborted = aborting;
    sayHold(state);
    if (isNew) await holdAll();

    await tellNoAccess(noAccessIn(state));
    latest = newsOf(state, { part }, admission);
    await tellNews();
  }

  async function tellNews(): Promise<void> {
    const next = latest;
    const due = next === null ? 'no' : isDue(told, next);
    if (next === null || due === 'no') return;
    if (due === 'later') {
      const waitMs = waitDueMs({ begunAt, toldAt, now: now(), times });
      if (waitMs > 0) {
        tellLater(waitMs).catch(unlessCancelled);
        return;
      }
      times += 1;
    }
    told = next;
    toldAt = now();
    await rollout
      .signal(messages.waveNews, next.news)
      // A rollout that has ended needs no news; this wave is being terminated with it.
      .catch(() => undefined);
  }

  async function tellLater(waitMs: number): Promise<void> {
    if (isToldLater) return;
    isToldLater = true;
    await sleep(waitMs, { summary: 'until it tells its rollout again what it waits for' });
    isToldLater = false;
    await tellNews();
  }

  async function tellNoAccess(lost: NoAccess | null): Promise<void> {
    if (lost === null || lost.until === lostUntil) return;
    lostUntil = lost.until;
    await rollout.signal(messages.noAccess, lost).catch(() => undefined);
  }

  /** A person has done something to the wave itself: the rollout keeps it for the report. */
  function act(given: Pick<Action, 'action' | 'by' | 'reason' | 'target'>): void {
    const action: Action = { ...given, at: now(), wave: wave.name, change: null };
    void send(rollout.signal(messages.acted, action));
  }

  /** A rule of the plan wants a person to look before anything else begins. */
  function stop(words: string): void {
    void send(rollout.signal(messages.needsPerson, words));
  }

  /** What is sent is lost if this run of the wave ends before it has left. */
  async function send(signal: Promise<void>): Promise<void> {
    underWay += 1;
    // A rollout that has ended needs none.
    await signal.catch(() => undefined);
    underWay -= 1;
  }

  return { sayHold, tell, act, stop, isIdle: () => underWay === 0 };
}
