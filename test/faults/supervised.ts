import { setTimeout as sleep } from 'node:timers/promises';

/** What can be supervised: a program, or a dev server. */
interface Running {
  readonly exited: Promise<unknown>;
  kill(): Promise<unknown>;
}

/** A program that is started again whenever it ends, as a supervisor of a production would. */
export interface Supervised {
  /** SIGKILL once it is up; it is started again after `downMs`. */
  kill(downMs: number): Promise<void>;
  /** How often it ended without having been killed by us. */
  endedByItself(): number;
  /** SIGKILL, for good. */
  stop(): Promise<void>;
}

// What cannot start, because what it needs is away, is tried again this soon.
const RESTART_MS = 1_000;
const LOOK_MS = 50;

/** Starts the program and keeps it running; fails if its first start fails. */
export async function supervise(start: () => Promise<Running>): Promise<Supervised> {
  let running: Running | null = await start();
  let wanted = true;
  let downMs: number | null = null;
  let ownEnds = 0;

  const kept = (async () => {
    while (wanted) {
      await running?.exited;
      if (running !== null && wanted && downMs === null) ownEnds += 1;
      running = null;
      await sleep(downMs ?? RESTART_MS);
      downMs = null;
      running = wanted ? await start().catch(() => null) : null;
    }
    await running?.kill();
  })();

  return {
    async kill(forMs) {
      while (wanted && (running === null || downMs !== null)) await sleep(LOOK_MS);
      downMs = forMs;
      await running?.kill();
    },
    endedByItself: () => ownEnds,
    async stop() {
      wanted = false;
      await running?.kill();
      await kept;
    },
  };
}
