import { startDevServer, type DevServer } from '../local/dev-server';
import { findTemporalProgram } from '../local/temporal-program';
import { lastWords, type StartedProgram } from '../local/processes';
import { startWorld, type World, type WorldOptions } from '../test/support/world';

/** Everything that a bench measures with, in processes of its own on free ports. */
export interface Place {
  readonly server: DevServer;
  readonly world: World;
  /** Those that should be running: one, but for a moment of its restart. */
  readonly workers: readonly StartedProgram[];
  /** SIGKILL, and another in its place. */
  readonly restartWorker: () => Promise<void>;
}

export interface PlaceOptions extends Omit<WorldOptions, 'address'> {
  /** Added to the worker's environment, which knows nothing of this shell's. */
  readonly workerEnv?: Readonly<Record<string, string>>;
}

/** What runs in a place of its own, which is gone afterwards. A worker that ends by itself ends it. */
export async function inPlace<T>(
  options: PlaceOptions,
  say: (line: string) => void,
  work: (place: Place) => Promise<T>,
): Promise<T> {
  const { workerEnv, ...rest } = options;
  const program = await findTemporalProgram({ say, env: process.env });
  const server = await startDevServer({ program, ui: false });
  try {
    const world = await startWorld({ ...rest, address: server.address });
    const crew = newCrew(() => world.startWorker(workerEnv));
    const { workers, restartWorker } = crew;
    try {
      await crew.start();
      return await Promise.race([work({ server, world, workers, restartWorker }), crew.lost]);
    } finally {
      crew.dismiss();
      await world.stop();
    }
  } finally {
    await server.stop();
  }
}

/** The workers of a place: one that ends by itself is missed, for a rollout waits for it for ever. */
function newCrew(startWorker: () => Promise<StartedProgram>) {
  const workers: StartedProgram[] = [];
  let miss: (error: Error) => void;
  const lost = new Promise<never>((_resolve, reject) => {
    miss = reject;
  });
  // It may be lost before anybody waits.
  lost.catch(() => undefined);

  async function start(): Promise<void> {
    const worker = await startWorker();
    workers.push(worker);
    void worker.exited.then(() => {
      if (!workers.includes(worker)) return;
      miss(new Error(`${worker.name} ended by itself${lastWords(worker.lines)}`));
    });
  }

  async function restartWorker(): Promise<void> {
    const worker = workers.shift();
    await worker?.kill();
    await start();
  }

  const dismiss = () => workers.splice(0);
  return { workers, lost, start, restartWorker, dismiss };
}
