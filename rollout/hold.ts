import type { RolloutProgress } from './progress';

/** The memo by which a rollout or wave says that nothing may be submitted now. */
export const HOLD_MEMO = 'hold';

/** True: nothing at all. Else the waves that hold, by name. */
export type Hold = boolean | readonly string[];

/** What the rollout's memo must say. */
export function holdOf({ paused, aborting, waves }: RolloutProgress): Hold {
  if (paused || aborting) return true;
  const held = waves.filter((wave) => wave.paused).map(({ name }) => name);
  return held.length === 0 ? false : held;
}

/** Whether a memo keeps the targets of a wave from being submitted. */
export function holds(memo: unknown, wave: string): boolean {
  return Array.isArray(memo) ? memo.includes(wave) : Boolean(memo);
}
