/** What the exit code of a command means. Scripts rely on these numbers. */
export const EXIT = {
  done: 0,
  /** Anything that no other code says: no worker, no server, a failure. */
  failure: 1,
  /** A bad plan, or a command that was written wrongly. */
  usage: 2,
  /** The rollout ended, and some targets did not succeed. */
  unsuccessful: 3,
  aborted: 4,
  /** A control that does not fit the state was refused. */
  refused: 5,
  /** Ctrl-C in `watch`; the rollout goes on. */
  interrupted: 130,
} as const;

export type ExitCode = number;
