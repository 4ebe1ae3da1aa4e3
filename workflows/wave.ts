import {
  allHandlersFinished,
  condition,
  makeContinueAsNewFunc,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { RunOfAttempt } from '../activities/find-ended';
import { admit, isHolding } from '../rollout/admission';
import type { Whereabouts } from '../rollout/clouds';
import { countsOf } from '../rollout/counts';
import type { Calendar } from '../rollout/frozen-plan';
import { endedSince } from '../rollout/ended';
import { HOLD_MEMO } from '../rollout/hold';
import { needsResolving } from '../rollout/openings';
import { isDone, newWave, settle, withTerms, type WaveBeginning } from '../rollout/wave';
import type { WaveState } from '../rollout/wave-state';
import { learnedIn } from '../rollout/wave-window';
import { newFlights } from './flights';
import { newFollower } from './follower';
import * as messages from './messages';
import { countEnded, recordWait } from './metrics';
import { calendars } from './queues';
import { obeyTargetControls } from './target-controls';
import { now, untilChanged } from './time';

/** What a wave, or one part of a large wave, is started with. */
export interface WaveInput extends WaveBeginning, Whereabouts {
  readonly rolloutId: string;
  readonly calendar: Calendar | null;
  /** How far the run before came, when the wave continues as new. */
  readonly carried?: { readonly state: WaveState; readonly inFlight: readonly RunOfAttempt[] };
}

type WaveFunction = (input: WaveInput) => Promise<messages.WaveResult>;

// Far below what the server ends a workflow at, and a round of 500 attempts fits on top of it.
const LONGEST_HISTORY = 3_000;

function isHistoryLong(): boolean {
  const { continueAsNewSuggested, historyLength } = workflowInfo();
  return continueAsNewSuggested || historyLength > LONGEST_HISTORY;
}

/**
 * Upgrades the targets of one wave under one set of rules: admits, starts attempts, collects their
 * results, and queues again what deserves another attempt. Returns when every target has an outcome.
 */
export async function wave(input: WaveInput): Promise<messages.WaveResult> {
  let state = input.carried?.state ?? newWave(input, now());
  let changes = 0;
  const follower = newFollower(input);
  // It begins with a memo that says whether it holds: the follower takes back only what it has said.
  if (input.carried) follower.sayHold(state);
  countEnded(endedSince(input.carried?.state ?? null, state));
  const become = (next: WaveState) => {
    countEnded(endedSince(state, next));
    state = next;
    changes += 1;
    follower.sayHold(state);
  };
  const flights = newFlights(input, { latest: () => state, become, stop: follower.stop });
  const resolveAgain = async () => {
    const { openings } = state.rules;
    if (input.calendar === null || !needsResolving(openings, now())) return;
    const summary = 'when windows are open, further ahead';
    const { resolveOpenings } = calendars();
    const ahead = await resolveOpenings.executeWithOptions({ summary }, [input.calendar, now()]);
    become({ ...state, rules: { ...state.rules, openings: ahead } });
  };

  const isQuiet = () => allHandlersFinished() && follower.isIdle();
  const carryOn = async () => {
    await flights.handOver();
    await condition(isQuiet);
    // Those that have ended meanwhile have told this run.
    const inFlight = flights.inFlight();
    // The targets are in the state.
    const wave = { ...input.wave, targets: [] };
    // The next run has it from its start on: until its first task nobody else would say it.
    const memo = { [HOLD_MEMO]: isHolding(state) };
    const continueAsNew = makeContinueAsNewFunc<WaveFunction>({ memo });
    return continueAsNew({ ...input, wave, carried: { state, inFlight } });
  };

  setHandler(messages.terms, (terms) => become(withTerms(state, terms, now())));
  setHandler(messages.targets, () => state.targets);
  obeyTargetControls({ latest: () => state, become, acted: follower.act });

  do {
    while (!isDone(state)) {
      if (isHistoryLong()) return carryOn();
      const seen = changes;
      await resolveAgain();
      const settled = settle(state, now());
      if (settled !== state) become(settled);
      const admission = admit(state, now());
      for (const each of admission.start) void flights.begin(each);
      await follower.tell(state, admission, flights.holdAll);
      if (changes === seen) {
        const since = now();
        const { inFlight } = countsOf(state.targets);
        await untilChanged(() => changes !== seen, admission.wait);
        if (inFlight === 0) recordWait(admission.wait, since);
      }
    }
    await follower.tell(state, { wait: null, wants: 0 }, flights.holdAll);
    await condition(isQuiet);
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
