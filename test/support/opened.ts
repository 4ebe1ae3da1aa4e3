import { startWorld, type World } from './world';

export interface Opened {
  /** Stops it after the test, before whatever was opened earlier. */
  readonly add: (one: { stop(): Promise<unknown> }) => void;
  /** A world of the test's own. */
  readonly worldOf: (...args: Parameters<typeof startWorld>) => Promise<World>;
}

/** What each test of a file opens for itself, and what must not outlive it. */
export function openedByEach(): Opened {
  const open: { stop(): Promise<unknown> }[] = [];
  afterEach(async () => {
    for (const one of open.splice(0).reverse()) await one.stop();
  });
  const add: Opened['add'] = (one) => void open.push(one);
  return {
    add,
    async worldOf(...args) {
      const world = await startWorld(...args);
      add(world);
      return world;
    },
  };
}
