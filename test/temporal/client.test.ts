import { ServiceError } from '@temporalio/client';
import { sendLostUpdatesAgain } from '../../temporal/client';

const UPDATE = { updateName: 'abort' } as never;
const DONE = { updateId: '1', workflowRunId: '2' };

/** As the client throws it when the server fails the task that carried the Update. */
const lost = serviceError(
  9,
  'Unable to perform workflow execution update due to unexpected workflow task failure.',
);

function serviceError(code: number, details: string): ServiceError {
  const cause = Object.assign(new Error(details), { code, details, metadata: {} });
  return new ServiceError('Workflow Update failed', { cause });
}

function send(next: jest.Mock): Promise<unknown> | undefined {
  return sendLostUpdatesAgain.startUpdate?.(UPDATE, next as never);
}

test('an Update lost with its task is sent again', async () => {
  const next = jest.fn().mockRejectedValueOnce(lost).mockResolvedValueOnce(DONE);

  await expect(send(next)).resolves.toBe(DONE);

  expect(next).toHaveBeenCalledTimes(2);
});

test('one that is lost each time is given up', async () => {
  const next = jest.fn().mockRejectedValue(lost);

  await expect(send(next)).rejects.toBe(lost);

  expect(next).toHaveBeenCalledTimes(5);
});

test.each([
  ['another precondition', serviceError(9, 'namespace is not active')],
  ['a server that is away', serviceError(14, 'unexpected workflow task failure')],
  ['no answer of a server', new Error('unexpected workflow task failure')],
])('%s is not sent again', async (_, error) => {
  const next = jest.fn().mockRejectedValue(error);

  await expect(send(next)).rejects.toBe(error);

  expect(next).toHaveBeenCalledTimes(1);
});
