import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  condition,
  getExternalWorkflowHandle,
  setHandler,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import type { RunOfAttempt } from '../activities/find-ended';
import { isHolding, type Start } from '../rollout/admission';
import type { AttemptResult } from '../rollout/outcome';
import { attemptEnded, attemptStarted, needsPerson } from '../rollout/wave';
import type { WaveState } from '../rollout/wave-state';
import { soonestEndMs } from '../rollout/wave-window';
import { locked, lost, startAttempt, type Attempt } from './attempts';
import { unlessCancelled, wordsOf } from './failures';
import * as messages from './messages';
import { lookups } from './queues';
import { now } from './time';
import type { WaveInput } from './wave';

interface Flight {
  /** By which another run of the wave knows it. */
  readonly carried: RunOfAttempt;
  hold(aborting: boolean): Promise<void>;
  /** Null for one that reports already. */
  readonly own: Attempt | null;
}

// Five minutes by default. Only a person's hand in Temporal ends an attempt without a report, and
// waiting harms nobody.
const POLLS_BETWEEN_LOOKS = 5;

/** The attempts in flight of a wave: starts them, and hears of their ends. */
export function newFlights(
  input: WaveInput,
  wave: {
    readonly latest: () => WaveState;
    readonly become: (next: WaveState) => void;
    /** A rule of the plan wants a person to look. */
    readonly stop: (words: string) => void;
  },
) {
  const flights = new Map<number, Flight>();
  /** Attempts that the server has not started yet. */
  let beginning = 0;
  const end = (index: number, result: AttemptResult) => {
    flights.delete(index);
    wave.become(attemptEnded(wave.latest(), index, result, now()));
    const words = needsPerson(wave.latest(), index);
    if (words !== null) wave.stop(words);
  };

  /**
   * Each is in flight at once, by the wave's state. Nobody waits until the server has started it: the
   * places of those that end meanwhile are for others.
   */
  async function begin({ index, notAfter }: Start): Promise<void> {
    const target = wave.latest().targets[index];
    if (!target) return;
    beginning += 1;
    const soonestMs = soonestEndMs(wave.latest(), target.target.upgrade);
    wave.become(attemptStarted(wave.latest(), index, now()));
    try {
      const attempt = await startAttempt(input, target, { notAfter, soonestMs });
      const flight = flightOf(index, attempt);
      flights.set(index, flight);
      // One that has reported by signal has ended before.
      const endOnce = (result: AttemptResult) => {
        if (flights.get(index) === flight) end(index, result);
      };
      void attempt.result().then(endOnce, (error) => endOnce(lost(wordsOf(error))));
      // The hold that went to all attempts did not know this one yet.
      if (isHolding(wave.latest())) await flight.hold(wave.latest().terms.aborting);
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) return unlessCancelled(error);
      end(index, locked());
    } finally {
      beginning -= 1;
    }
  }

  async function holdAll(): Promise<void> {
    const { aborting } = wave.latest().terms;
    await Promise.all([...flights.values()].map((flight) => flight.hold(aborting)));
  }

  /** Makes every attempt in flight report, be it to this run of the wave or to the next. */
  async function handOver(): Promise<void> {
    await condition(() => beginning === 0);
    const { workflowId } = workflowInfo();
    await Promise.all(
      [...flights.values()].map(async ({ carried: { index }, own }) => {
        try {
          await own?.signal(messages.reportTo, { waveId: workflowId, index });
        } catch {
          // It has just ended, and its end is being told to this run.
          await own?.result().catch(() => undefined);
        }
      }),
    );
  }

  for (const each of input.carried?.inFlight ?? []) flights.set(each.index, flightOfCarried(each));
  // Last: reports that came before are handed to it at once.
  setHandler(messages.attemptReport, ({ index, runId, result }) => {
    if (flights.get(index)?.carried.runId === runId) end(index, result);
  });
  findLost().catch(unlessCancelled);

  /** One that was ended by hand does not report. */
  async function findLost(): Promise<void> {
    const carried = () => [...flights.values()].filter(({ own }) => own === null);
    while (carried().length > 0) {
      await sleep(POLLS_BETWEEN_LOOKS * input.rules.polling.maxMs, {
        summary: 'until the next look for attempts that were ended by hand',
      });
      const gone = await lookups().findEnded(carried().map((each) => each.carried));
      for (const { index, runId } of gone) {
        if (flights.get(index)?.carried.runId !== runId) continue;
        end(index, lost('it ended without a report'));
      }
    }
  }

  const inFlight = () => [...flights.values()].map(({ carried }) => carried);
  return { begin, holdAll, handOver, inFlight };
}

function flightOf(index: number, own: Attempt): Flight {
  const { workflowId, firstExecutionRunId: runId } = own;
  return { carried: { index, workflowId, runId }, own, hold: (aborting) => quietly(own, aborting) };
}

function flightOfCarried(carried: RunOfAttempt): Flight {
  const handle = getExternalWorkflowHandle(carried.workflowId, carried.runId);
  return { carried, own: null, hold: (aborting) => quietly(handle, aborting) };
}

/** An attempt that has just ended cannot be signalled, and need not be. */
async function quietly(attempt: Pick<Attempt, 'signal'>, aborting: boolean): Promise<void> {
  await attempt.signal(messages.hold, { aborting }).catch(() => undefined);
}
