import { askWorkflow, NoWorkerError } from '../../client/workers';
import type { Connected } from '../../temporal/connect';

const CANCELLED = 1;
const DEADLINE = 4;

/** A server with a worker on its queue, where a call fails so after a time. */
function serverWhere({ code, afterMs }: { readonly code: number; readonly afterMs: number }) {
  const error = Object.assign(new Error('no answer'), { code, details: '', metadata: {} });
  const lastAccessTime = { seconds: Math.floor(Date.now() / 1000) };
  const client = {
    workflowService: {
      describeTaskQueue: () => Promise.resolve({ pollers: [{ lastAccessTime }] }),
    },
    withDeadline: (_: number, call: () => Promise<unknown>) => call(),
  };
  const fail = () => {
    jest.setSystemTime(Date.now() + afterMs);
    return Promise.reject(error);
  };
  return { server: { client, namespace: 'default' } as unknown as Connected, error, fail };
}

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

test.each([
  { name: 'its time is over', code: DEADLINE, afterMs: 7_000 },
  { name: 'the server ends it first, as cancelled', code: CANCELLED, afterMs: 6_990 },
])('a question without an answer, $name -> no worker', async (given) => {
  const { server, fail } = serverWhere(given);

  const asked = askWorkflow(server, { queue: 'q', notDone: 'Nothing was read.' }, fail);

  await expect(asked).rejects.toThrow(NoWorkerError);
});

test('a question that is cancelled before its time is over -> as it was', async () => {
  const { server, fail, error } = serverWhere({ code: CANCELLED, afterMs: 1_000 });

  const asked = askWorkflow(server, { queue: 'q', notDone: 'Nothing was read.' }, fail);

  await expect(asked).rejects.toBe(error);
});
