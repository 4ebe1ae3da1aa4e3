import { setTimeout as sleep } from 'node:timers/promises';
import { asyncLocalStorage } from '@temporalio/activity';
import type { Context } from '@temporalio/activity';
import { CancelledFailure } from '@temporalio/common';
import { createCheckHealth } from '../../activities/check';
import type { Probe } from '../../cloud/checks';
import type { Finding } from '../../rollout/bake';
import type { Check } from '../../rollout/frozen-plan';

const check = (url: string): Check => ({ kind: 'http', url, status: 200, value: null });

/** Sees the status that stands at the end of the address; `x` is nothing at all. */
const probe: Probe = ({ url }) => {
  const seen =
    url === 'x'
      ? ({ kind: 'nothing', words: 'no answer' } as const)
      : ({ kind: 'answer', from: 'here', status: Number(url), body: { json: null } } as const);
  return Promise.resolve({ seen, redact: (text) => text });
};

/** As a worker would run it; a signal is all that the activity takes from its context. */
function run(probe: Probe, urls: readonly string[], signal = new AbortController().signal) {
  const context = { cancellationSignal: signal } as Context;
  return asyncLocalStorage.run(context, () => createCheckHealth(probe)(urls.map(check)));
}

test.each<readonly [readonly string[], Finding['verdict'], string]>([
  [['200'], 'healthy', 'here answered 200'],
  [['200', 'x'], 'inconclusive', 'no answer'],
  [['x', '503', '200'], 'unhealthy', 'here answered 503, not 200'],
])('checks that see %j -> one %s look', async (urls, verdict, words) => {
  expect(await run(probe, urls)).toEqual({ verdict, words });
});

test('every check is made once, at most four at a time', async () => {
  const made: string[] = [];
  let running = 0;
  let most = 0;
  const slow: Probe = async (one) => {
    made.push(one.url);
    running += 1;
    most = Math.max(most, running);
    await sleep(10);
    running -= 1;
    return probe(one);
  };
  const urls = Array.from({ length: 20 }, (_, nth) => String(200 + nth));

  await run(slow, urls);

  expect(made).toEqual(urls);
  expect(most).toBe(4);
});

test('called off in mid-look -> no finding, so that another worker looks', async () => {
  const controller = new AbortController();
  const interrupted: Probe = (one) => {
    controller.abort(new CancelledFailure('WORKER_SHUTDOWN'));
    return probe({ ...one, url: 'x' });
  };

  await expect(run(interrupted, ['200', '200'], controller.signal)).rejects.toThrow(
    CancelledFailure,
  );
});
