import { userInfo } from 'node:os';

/** What the command line takes from its surroundings. */
export interface ClientConfig {
  readonly taskQueue: string;
  /** Who acts, where `--by` says nothing. */
  readonly user: string;
  readonly noColor: boolean;
  /** A continuous integration job: its log keeps every line, so nothing is redrawn. */
  readonly ci: boolean;
}

/** The only place of the command line that reads the environment (Temporal's own apart). */
export function readConfig(env: NodeJS.ProcessEnv = process.env): ClientConfig {
  return {
    taskQueue: env.UPWAVE_TASK_QUEUE || 'upwave',
    user: env.USER || env.LOGNAME || env.USERNAME || nameOfAccount(),
    noColor: Boolean(env.NO_COLOR) || env.TERM === 'dumb',
    ci: Boolean(env.CI) && env.CI !== 'false',
  };
}

function nameOfAccount(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run under a number that no account has.
    return 'unknown';
  }
}
