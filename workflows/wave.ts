import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { allHandlersFinished, condition, setHandler } from '@temporalio/workflow';
import { admit, isHolding, type Start } from '../rollout/admission';
import { countsOf } from '../rollout/counts';
import type { Calendar } from '../rollout/frozen-plan';
import { needsResolving } from '../rollout/openings';
import type { AttemptResult } from '../rollout/outcome';
import type { CloudScope } from '../rollout/upgrade';
import {
  attemptEnded,
  attemptStarted,
  isDone,
  newWave,
  settle,
  withTerms,
  type WaveBeginning,
} from '../rollout/wave';
import type { WaveState } from '../rollout/wave-state';
import { learnedIn } from '../rollout/wave-window';
import { endOfAttempt, holdBack, locked, startAttempt, type Attempt } from './attempts';
import { newFollower } from './follower';
import * as messages from './messages';
import { calendars } from './queues';
import { obeyTargetControls } from './target-controls';
import { now, untilChanged } from './time';

/** What a wave, or one part of a large wave, is started with. */
export interface WaveInput extends WaveBeginning {
  readonly rolloutId: string;
  readonly scope: CloudScope;
  readonly calendar: Calendar | null;
}

/**
 * Upgrades the targets of one wave under one set of rules: admits, starts attempts, collects their
 * results, and queues again what deserves another attempt. Returns when every target has an outcome.
 */
export async function wave(input: WaveInput): Promise<messages.WaveResult> {
  let state = newWave(input, now());
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
  const begin = async ({ index, notAfter }: Start) => {
    const target = state.targets[index]?.target;
    if (!target) return;
    become(attemptStarted(state, index, now()));
    try {
      const attempt = await startAttempt(input, target, notAfter);
      attempts.set(index, attempt);
      void endOfAttempt(attempt).then((result) => end(index, result));
      // The hold that went to all attempts did not know this one yet.
      if (isHolding(state)) await holdBack([attempt]);
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      end(index, locked());
    }
  };
  const follower = newFollower(input);
  const resolveAgain = async () => {
    const { openings } = state.rules;
    if (input.calendar === null || !needsResolving(openings, now())) return;
    const summary = 'when windows are open, further ahead';
    const { resolveOpenings } = calendars();
    const ahead = await resolveOpenings.executeWithOptions({ summary }, [input.calendar, now()]);
    become({ ...state, rules: { ...state.rules, openings: ahead } });
  };

  setHandler(messages.terms, (terms) => become(withTerms(state, terms, now())));
  setHandler(messages.targets, () => state.targets);
  obeyTargetControls({ latest: () => state, become, acted: follower.act });

  do {
    while (!isDone(state)) {
      const seen = changes;
      await resolveAgain();
      const settled = settle(state, now());
      if (settled !== state) become(settled);
      const admission = admit(state, now());
      await Promise.all(admission.start.map(begin));
      await follower.tell(state, admission, [...attempts.values()]);
      if (changes === seen) await untilChanged(() => changes !== seen, admission.wait);
    }
    await follower.tell(state, { wait: null, wants: 0 }, []);
    await condition(allHandlersFinished);
    // Meanwhile a person may have asked for another attempt.
  } while (!isDone(state));
  return {
    wave: input.wave.name,
    part: input.part,
    counts: countsOf(state.targets),
    targets: state.targets,
    learned: learnedIn(state),
  };
}
