import { asyncLocalStorage, type Context } from '@temporalio/activity';
import { createInspectTargets } from '../../activities/inspect';
import {
  AuthenticationError,
  CloudUnavailableError,
  RequestRefusedError,
  UnexpectedAnswerError,
} from '../../cloud/errors';
import type { Families } from '../../cloud/family';
import type { UpgradeRequest } from '../../rollout/upgrade';

const SEEN = { state: 'ready', version: '1.0' };

interface Failure {
  readonly type?: string;
  readonly nonRetryable?: boolean;
}

/** A batch of a sound target, one that is answered by this error, and another sound one. */
async function run(error: Error) {
  const inspect = ({ target }: UpgradeRequest) =>
    target.instanceId === 'ill' ? Promise.reject(error) : Promise.resolve(SEEN);
  const families = { 'dcs-instance': { inspect } } as unknown as Families;
  const requests = ['first', 'ill', 'last'].map((instanceId) => ({
    target: { instanceId },
    upgrade: { family: 'dcs-instance' },
  }));
  const context = {
    cancellationSignal: new AbortController().signal,
    heartbeat: () => undefined,
    sleep: () => Promise.resolve(),
  };
  return asyncLocalStorage
    .run(context as unknown as Context, () =>
      createInspectTargets(families)(requests as unknown as readonly UpgradeRequest[]),
    )
    .then(
      (seen) => ({ seen, failure: null }),
      (failure: unknown) => ({ seen: null, failure: failure as Failure }),
    );
}

test.each([
  { name: 'refused for good', error: new RequestRefusedError('not Redis', 'forGood') },
  { name: 'refused for now', error: new RequestRefusedError('no normal node', 'forNow') },
  { name: 'refused in words nobody knows', error: new RequestRefusedError('DBS.9', 'unknown') },
  { name: 'busy', error: new RequestRefusedError('in backup', 'busy') },
  { name: 'an answer that is not understood', error: new UnexpectedAnswerError('odd') },
])('one target, $name: its own problem, and the others are read', async ({ error }) => {
  const { seen } = await run(error);

  expect(seen).toEqual([SEEN, { problem: error.message }, SEEN]);
});

test.each([
  { name: 'denied', error: new AuthenticationError('denied'), final: true },
  { name: 'no such API', error: new RequestRefusedError('no such API', 'endpoint'), final: true },
  { name: 'away', error: new CloudUnavailableError('away'), final: false },
])('one target, $name: the batch fails', async ({ error, final }) => {
  const { failure } = await run(error);

  expect(failure).toMatchObject({ type: 'CloudAccess', nonRetryable: final });
});
