import type { HookInput } from '../activities/hook';
import type { Hook } from '../rollout/frozen-plan';
import { clipped } from '../rollout/clipped';
import type { HookCall } from '../rollout/outcome';
import { placeOf } from '../rollout/report';
import { compensationOf, completes, undosOf, type Aftermath } from '../rollout/saga';
import { wordsOf } from './failures';
import { hookCalls } from './queues';
import { now } from './time';
import type { End, UpgradeInput } from './attempt-calls';

/** What an attempt's work came to, and what could not be called off of it. */
export interface WorkEnd extends End {
  readonly notCancelled?: string | null;
}

export interface Work {
  /** The version to be reached. */
  readonly wanted: string;
  /** Asked before each hook and before the work: why it must not go on; null if it may. */
  readonly whyNot: () => End | null;
  readonly run: () => Promise<WorkEnd>;
}

type Event = HookInput['event']['event'];
type Outcome = HookInput['event']['outcome'];

/**
 * The work of an attempt between the hooks of its plan. Each `before` hook is registered for its undo
 * before it is called; if the attempt does not complete, all that were registered are undone, the last
 * one first. Runs in the attempt's scope that cannot be cancelled, and returns whatever happens.
 */
export async function withHooks(input: UpgradeInput, work: Work): Promise<End> {
  const { before = [], after = [] } = input.rules.hooks ?? {};
  const begun: number[] = [];
  const calls: HookCall[] = [];
  const { notCancelled = null, ...end } = await attemptWork();

  const outcome: Outcome = { result: end.result, reason: end.reason };
  const undos = undosOf(before, begun, end.result);
  const notUndone = await callAll(undos, 'undo');
  const aftermath: Aftermath = {
    undone: undos.length - notUndone.length,
    notUndone,
    notDone: completes(end.result) ? await callAll([...after.keys()], 'after') : [],
    notCancelled: completes(end.result) ? null : notCancelled,
  };
  const hooks = calls.length > 0 && { hooks: calls };
  return { ...end, compensation: compensationOf(aftermath), ...hooks };

  async function attemptWork(): Promise<WorkEnd> {
    for (const [nth, hook] of before.entries()) {
      const obstacle = work.whyNot();
      if (obstacle) return obstacle;
      begun.push(nth);
      const words = await call('before', nth, hook, null);
      if (words === null) continue;
      const reasonText = `${words}; nothing was submitted`;
      return { result: 'rejected', reason: 'hookFailed', reasonText };
    }
    return work.whyNot() ?? work.run();
  }

  /** One after the other; a failure of one keeps none of the others from being called. */
  async function callAll(which: readonly number[], event: 'undo' | 'after'): Promise<string[]> {
    const failures: string[] = [];
    for (const nth of which) {
      const hook = (event === 'after' ? after : before)[nth];
      const words = hook ? await call(event, nth, hook, outcome) : null;
      if (words !== null) failures.push(words);
    }
    return failures;
  }

  /** Null: done. */
  async function call(
    event: Event,
    nth: number,
    hook: Hook,
    outcomeNow: Outcome,
  ): Promise<string | null> {
    const name = `${event === 'undo' ? 'undo of before' : event} hook ${nth + 1}`;
    const { rolloutId, wave } = input.onBehalfOf;
    const told = { event, rolloutId, wave, target: placeOf(input.request), wanted: work.wanted };
    const { timeoutMs, headers } = hook;
    const url = event === 'undo' ? (hook.undo ?? '') : hook.url;
    const startedAt = now();
    const words = await hookCalls(event, hook)
      .callHook.executeWithOptions({ summary: name }, [
        { nth, call: { url, timeoutMs, headers }, event: { ...told, outcome: outcomeNow } },
      ])
      .then(
        () => null,
        (error: unknown) => `${name} failed: ${wordsOf(error)}`,
      );
    const problem = words && clipped(words, PROBLEM_AT_MOST);
    calls.push({ event, nth: nth + 1, startedAt, endedAt: now(), problem });
    return words;
  }
}

// What failed is told whole once, in the words of the attempt or of its compensation.
const PROBLEM_AT_MOST = 200;
