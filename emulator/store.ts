import { nextDue, nextDueAtMs } from './engine';
import type { StateLog, StateRecord } from './state';
import type { World } from './world';
import { applyChange, applyEntry } from './world';

/** The world and where its changes are kept. */
export interface Store {
  readonly world: World;
  readonly log: StateLog;
}

/** Writes a record down and then carries it out: never the other way round, so that nothing shown is lost. */
export function commit(store: Store, record: StateRecord): void {
  store.log.append(record);
  replay(store.world, record);
}

/** Carries a record out that is written down already. */
export function replay(world: World, record: StateRecord): void {
  for (const change of record.changes) applyChange(world, change);
  if (record.entry !== null) applyEntry(world, record.entry);
}

/** Lets all jobs begin and end whose instant has come. */
export function settle(store: Store, nowMs: number): void {
  for (let due = nextDue(store.world, nowMs); due; due = nextDue(store.world, nowMs)) {
    commit(store, due);
  }
}

/** Keeps time: each job begins and ends at its instant though nobody calls. */
export function startClock(store: Store): { readonly arm: () => void; readonly stop: () => void } {
  // Node fires timers of more than 2^31 ms at once.
  const longestMs = 60_000;
  let timer: NodeJS.Timeout | undefined;
  let armedForMs: number | undefined;
  const arm = (): void => {
    const atMs = nextDueAtMs(store.world);
    if (atMs === armedForMs && timer !== undefined) return;
    clearTimeout(timer);
    timer = undefined;
    armedForMs = atMs;
    if (atMs === undefined) return;
    const waitMs = Math.min(longestMs, Math.max(0, atMs - Date.now()));
    timer = setTimeout(() => {
      timer = undefined;
      settle(store, Date.now());
      arm();
    }, waitMs);
  };
  arm();
  return { arm, stop: () => clearTimeout(timer) };
}
