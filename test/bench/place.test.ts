import { inPlace, type Place } from '../../bench/place';

const silent = () => undefined;

const ended = (worker: Place['workers'][number] | undefined) => worker?.exited ?? null;

test('a worker that a bench restarts is not missed; one that ends by itself is', async () => {
  const lived: string[] = [];

  const run = inPlace({ seed: 71, size: 4 }, silent, async ({ workers, restartWorker }) => {
    const [first] = workers;
    await restartWorker();
    await ended(first);
    lived.push('restarted');

    const [second] = workers;
    await second?.kill();
    await ended(second);
    return new Promise(silent);
  });

  await expect(run).rejects.toThrow(/^the worker ended by itself/);
  expect(lived).toEqual(['restarted']);
});
