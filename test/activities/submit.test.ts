import { setTimeout as sleep } from 'node:timers/promises';
import { asyncLocalStorage, type Context } from '@temporalio/activity';
import { createSubmit } from '../../activities/submit';
import { TooLateError } from '../../cloud/errors';
import type { CallOptions, Families } from '../../cloud/family';
import type { Submission, UpgradeRequest } from '../../rollout/upgrade';

/** A client to which every workflow runs and holds nothing. */
const RUNNING = {
  withDeadline: (_deadline: number, ask: () => unknown) => ask(),
  workflow: {
    getHandle: () => ({ describe: () => Promise.resolve({ status: { name: 'RUNNING' } }) }),
  },
};
const onBehalfOf = { rolloutId: 'rollout/a/b', waveId: 'rollout/a/b/wave/c', wave: 'c' };

const MINUTE = 60_000;
const request = { upgrade: { family: 'dcs-instance' } } as UpgradeRequest;

/** Submits through a family that answers so; also, what that family was given. */
async function submitted(notAfter: string | null, answer: () => Submission | Promise<Submission>) {
  const calls: CallOptions[] = [];
  const submit = (_request: unknown, _basis: unknown, options: CallOptions) => {
    calls.push(options);
    return Promise.resolve().then(answer);
  };
  const families = { 'dcs-instance': { submit } } as unknown as Families;
  const context = { cancellationSignal: new AbortController().signal, client: RUNNING };
  const basis = { versionNow: '1.0', wanted: '2.0' };
  const given = { request, basis, onBehalfOf, notAfter };
  const result = await asyncLocalStorage.run(context as unknown as Context, () =>
    createSubmit(families)(given),
  );
  return { result, calls };
}

const accepted = (): Submission => ({
  state: 'accepted',
  ticket: { id: 'a', wanted: '2.0', since: '2026-12-01T00:00:00.000Z', versionBefore: '1.0' },
});
const tooLate = () => {
  throw new TooLateError('not sent');
};
const fromNow = (ms: number) => new Date(Date.now() + ms).toISOString();

test('no windows -> sent, as long as nobody has begun to look what became of it', async () => {
  const { result, calls } = await submitted(null, accepted);

  expect(result.state).toBe('accepted');
  const leavesWithinMs = Date.parse(calls[0]?.notAfter ?? '') - Date.now();
  expect(leavesWithinMs).toBeGreaterThan(0);
  expect(leavesWithinMs).toBeLessThan(30_000);
});

test('in time -> sent, and the call knows until when it may leave', async () => {
  const notAfter = fromNow(10_000);

  const { result, calls } = await submitted(notAfter, accepted);

  expect(result.state).toBe('accepted');
  expect(calls[0]?.notAfter).toBe(notAfter);
});

test('too late by the clock of the worker -> nothing is called', async () => {
  const { result, calls } = await submitted(fromNow(-1), accepted);

  expect(result).toMatchObject({ state: 'notSent', reason: 'windowClosed' });
  expect(calls).toEqual([]);
});

test('the window closed before the call was ready to leave -> not sent, and says so', async () => {
  const { result } = await submitted(fromNow(50), async () => {
    await sleep(60);
    return tooLate();
  });

  expect(result).toMatchObject({ state: 'notSent', reason: 'windowClosed' });
});

test('a machine that was suspended for long -> not sent, and no window is blamed', async () => {
  const { result } = await submitted(fromNow(MINUTE), tooLate);

  expect(result).toMatchObject({ state: 'notSent', reason: 'notSent' });
});
