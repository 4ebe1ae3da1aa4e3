import { getExternalWorkflowHandle, setCurrentDetails, upsertMemo } from '@temporalio/workflow';
import { isHolding, placesOf, type Admission } from '../rollout/admission';
import { countsOf, endedOf } from '../rollout/counts';
import { describeWave } from '../rollout/describe';
import { HOLD_MEMO } from '../rollout/hold';
import type { Action } from '../rollout/outcome';
import type { WaveState } from '../rollout/wave-state';
import { holdBack, type Attempt } from './attempts';
import * as messages from './messages';
import { now } from './time';
import type { WaveInput } from './wave';

/** Tells the world outside a wave what it should know, each only when it has changed. */
export function newFollower({
  rolloutId,
  wave,
  part,
}: Pick<WaveInput, 'rolloutId' | 'wave' | 'part'>) {
  let held = false;
  let told = '';
  const rollout = getExternalWorkflowHandle(rolloutId);

  async function tell(
    state: WaveState,
    { wait, wants: wanted }: Pick<Admission, 'wait' | 'wants'>,
    inFlight: readonly Attempt[],
  ): Promise<void> {
    setCurrentDetails(describeWave(state, wait));
    const holding = isHolding(state);
    if (holding !== held) {
      held = holding;
      upsertMemo({ [HOLD_MEMO]: holding });
      if (holding) await holdBack(inFlight);
    }

    const { terms, returned } = state;
    const counts = countsOf(state.targets);
    const percent = Math.floor((100 * endedOf(counts)) / counts.total);
    const wants = Math.max(0, Math.min(wanted, terms.keep - placesOf(state)));
    const { rejected, failed, unknown } = counts;
    // Other parts of the wave stop by what this one has used, and go on with what it gives back.
    const shared = terms.shares ? [returned, wants, rejected, failed, unknown] : [];
    const news = JSON.stringify([percent, wait, ...shared]);
    if (news === told) return;
    told = news;
    await rollout
      .signal(messages.waveNews, {
        wave: wave.name,
        part,
        counts,
        returned,
        wants,
        waitingFor: wait,
      })
      // A rollout that has ended needs no news; this wave is being terminated with it.
      .catch(() => undefined);
  }

  /** A person has done something to the wave itself: the rollout keeps it for the report. */
  function act(given: Pick<Action, 'action' | 'by' | 'reason' | 'target'>): void {
    const action: Action = { ...given, at: now(), wave: wave.name, change: null };
    void rollout.signal(messages.acted, action).catch(() => undefined);
  }

  return { tell, act };
}
