import { setTimeout as sleep } from 'node:timers/promises';
import type { FleetRow, JournalLine } from '../test/support/world';
import { callsIn } from './journal';
import { keyOf, type Said } from './said';

export const TARGETS = 40;
export const AT_ONCE = 20;
const SEED = 66;

/** One way of making life hard, and the same for both tools. */
export interface Trial {
  readonly name: string;
  /** How many targets' submits lose their answer, and how many never arrive; none is both. */
  readonly lostAfter: number;
  readonly lostBefore: number;
  /** Kill the tool when half of all upgrades have begun, and run it again. */
  readonly isKilled: boolean;
}

/** What a tool did in a trial. */
export interface Ran {
  readonly said: ReadonlyMap<string, Said>;
  readonly fleet: readonly FleetRow[];
  readonly journal: readonly JournalLine[];
  /** From the command to its end. */
  readonly seconds: number;
  /** Of all its processes, by their name. */
  readonly processorSeconds: Readonly<Record<string, number>>;
}

/** The same fleet, with the same fate, for each tool and each trial. */
export const CLOUD = {
  seed: SEED,
  size: TARGETS,
  set: { duration: '4s', spread: 0.3 },
} as const;

/** The emulator's faults of a trial: the first targets of the fleet, so all families alike. */
export function faultsOf(trial: Trial, fleet: readonly FleetRow[]): object {
  const { lostAfter, lostBefore } = trial;
  const list = fleet.slice(0, lostAfter + lostBefore).map((row, index) => ({
    target: keyOf(row),
    on: 'submit',
    fault: index < lostAfter ? 'lostAfter' : 'lostBefore',
    times: 1,
  }));
  return { rates: {}, list };
}

/** Waits until half of all upgrades have begun, or `ended` has settled. */
export async function untilHalfBegun(
  journal: () => Promise<readonly JournalLine[]>,
  ended: Promise<unknown>,
): Promise<void> {
  let isOver = false;
  void ended.finally(() => (isOver = true));
  while (!isOver && begunIn(await journal()) < TARGETS / 2) await sleep(100);
}

function begunIn(journal: readonly JournalLine[]): number {
  const effects = journal.flatMap((line) => line.effects);
  return effects.filter(({ kind }) => kind === 'upgradeStarted').length;
}

/** Calls to the cloud, by target. */
export function callsPerTarget({ journal }: Ran): number {
  return callsIn(journal, 0).length / TARGETS;
}
