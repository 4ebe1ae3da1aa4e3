import { startDevServer, type DevServer } from '../local/dev-server';
import { findTemporalProgram } from '../local/temporal-program';
import { lastWords, type StartedProgram } from '../local/processes';
import { startWorld, type World, type WorldOptions } from '../test/support/world';

/** Everything that a bench measures with, in processes of its own on free ports. */
export interface Place {
  readonly server: DevServer;
  readonly world: World;
  readonly workers: readonly StartedProgram[];
  stop(): Promise<void>;
}

export interface PlaceOptions extends Omit<WorldOptions, 'address'> {
  /** How many workers; 1 unless said. */
  readonly workers?: number;
  /** Added to the workers' environment, which knows nothing of this shell's. */
  readonly workerEnv?: Readonly<Record<string, string>>;
}

/** A Temporal dev server, an emulated cloud and workers, all new. Stop it, whatever happens. */
export async function startPlace(
  options: PlaceOptions,
  say: (line: string) => void,
): Promise<Place> {
  const { workers: count = 1, workerEnv, ...rest } = options;
  const program = await findTemporalProgram({ say, env: process.env });
  const server = await startDevServer({ program, ui: false });
  try {
    const world = await startWorld({ ...rest, address: server.address });
    const workers: StartedProgram[] = [];
    const stop = async () => {
      await world.stop();
      await server.stop();
    };
    try {
      for (let n = 0; n < count; n += 1) workers.push(await world.startWorker(workerEnv));
      return { server, world, workers, stop };
    } catch (error) {
      await world.stop();
      throw error;
    }
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** What runs in a place of its own, which is gone afterwards. */
export async function inPlace<T>(
  options: PlaceOptions,
  say: (line: string) => void,
  work: (place: Place) => Promise<T>,
): Promise<T> {
  const place = await startPlace(options, say);
  let isOver = false;
  // Without it a rollout waits for ever, and the bench with it.
  const lost = Promise.race(place.workers.map((worker) => worker.exited.then(() => worker)));
  const untilLost = lost.then((worker) => {
    if (isOver) return new Promise<never>(() => undefined);
    throw new Error(`${worker.name} ended by itself${lastWords(worker.lines)}`);
  });
  try {
    return await Promise.race([work(place), untilLost]);
  } finally {
    isOver = true;
    await place.stop();
  }
}
