import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import type { StartedProgram } from '../../local/processes';
import { startService } from '../cloud/server';
import { notificationId } from '../../rollout/ids';
import { planFor } from '../support/plans';
import type { World } from '../support/world';
import { startWorld } from '../support/world';

let world: World;

beforeEach(async () => {
  world = await startWorld({ size: 4, set: { duration: '500ms' } });
});
afterEach(() => world.stop());

/** Every history of this world's task queue, and every line of its worker, as one text. */
async function everythingWritten(worker: StartedProgram): Promise<string> {
  const histories: string[] = [];
  const query = `TaskQueue = '${world.taskQueue}'`;
  for await (const { workflowId, runId } of world.client.workflow.list({ query })) {
    const handle = world.client.workflow.getHandle(workflowId, runId);
    histories.push(historyToJSON(await handle.fetchHistory()));
  }
  if (histories.length === 0) throw new Error('no history was found');
  const raw = histories.join('\n');
  const decoded = raw.replace(/"data":\s*"([A-Za-z0-9+/=]+)"/g, (_all, data: string) =>
    Buffer.from(data, 'base64').toString(),
  );
  return [raw, decoded, worker.lines.join('\n')].join('\n');
}

test.each(['keys', 'password'])(
  'with right credentials (%s) no secret is written anywhere',
  async (kind) => {
    const { ak, sk, user, password, domain } = world.access;
    const worker = await world.startWorker(
      kind === 'keys'
        ? { UPWAVE_LOG_LEVEL: 'debug' }
        : {
            UPWAVE_LOG_LEVEL: 'debug',
            CLOUD_SDK_AK: undefined,
            CLOUD_SDK_SK: undefined,
            CLOUD_IAM_USER: user,
            CLOUD_IAM_PASSWORD: password,
            CLOUD_IAM_DOMAIN: domain,
          },
    );
    await world.setFaults({ rates: { '*': { read: { '500': 0.05, html: 0.05 } } } });
    const handle = await world.start(planFor(await world.fleet()));

    const { counts } = await handle.result();

    const text = await everythingWritten(worker);
    expect(counts.succeeded).toBe(4);
    // Proof that payloads were decoded, and that the log is in it.
    expect(text).toContain('"instanceId":"');
    expect(text).toContain('"workflowId":"upgrade/');
    for (const secret of [ak, sk, password]) expect(text).not.toContain(secret);
    expect(text).not.toMatch(/SDK-HMAC-SHA256 Access|"x-auth-token":"(?!\[redacted\])/i);
  },
);

test.each([200, 500])(
  'what hooks and notifications hold (answer %s) is written nowhere',
  async (status) => {
    const body = 's3cret-in-the-answer';
    const service = await startService(() => ({ status, body }));
    try {
      const worker = await world.startWorker({
        UPWAVE_LOG_LEVEL: 'debug',
        UPWAVE_SECRET_LB: `${service.url}/s3cret-path?key=s3cret-query`,
        UPWAVE_SECRET_TOKEN: 's3cret-token',
        UPWAVE_SECRET_WEBHOOK_SIGNING: 's3cret-signing',
      });
      const headers = { authorization: 'Bearer ${secret:TOKEN}' };
      const hook = { webhook: '${secret:LB}', headers, retries: 1 };
      const hooks = { before: [{ ...hook, undo: '${secret:LB}' }], after: [hook] };
      const [row] = await world.fleet();
      if (!row) throw new Error('an empty fleet');
      const handle = await world.start(planFor([row], { hooks, notify: [hook] }));

      const { counts } = await handle.result();
      const last = world.client.workflow.getHandle(notificationId(handle.workflowId, 3));
      await last.result().catch(() => undefined);

      expect(counts).toMatchObject(status === 200 ? { succeeded: 1 } : { rejected: 1 });
      const { headers: sent } = service.received.at(-1) ?? {};
      expect(sent?.authorization).toBe('Bearer s3cret-token');
      expect(JSON.stringify(service.received)).toContain('waveDone');
      const text = await everythingWritten(worker);
      expect(text).toContain('${secret:LB}');
      expect(text).not.toContain('s3cret');
    } finally {
      await service.close();
    }
  },
  90_000,
);

test.each([
  ['keys', { CLOUD_SDK_SK: 'wrong-secret-key-of-a-test' }, 'wrong-secret-key-of-a-test'],
  [
    'password',
    {
      CLOUD_SDK_AK: undefined,
      CLOUD_SDK_SK: undefined,
      CLOUD_IAM_USER: 'somebody',
      CLOUD_IAM_PASSWORD: 'wrong-password-of-a-test',
      CLOUD_IAM_DOMAIN: 'acme',
    },
    'wrong-password-of-a-test',
  ],
])(
  'with wrong credentials (%s) the rollout fails at once, says so, and tells no secret',
  async (_kind, env, secret) => {
    const worker = await world.startWorker({ UPWAVE_LOG_LEVEL: 'debug', ...env });
    const handle = await world.start(planFor(await world.fleet()));

    const failure = await handle.result().then(
      () => null,
      (error: unknown) => error as Error,
    );

    expect((failure?.cause as Error | undefined)?.message).toMatch(/nothing was submitted.*401/s);
    expect(await everythingWritten(worker)).not.toContain(secret);
    const journal = await world.journal();
    expect(
      journal
        .filter(({ method }) => method === 'POST')
        .every(({ path }) => path?.includes('/auth/tokens')),
    ).toBe(true);
    expect(journal.flatMap(({ effects }) => effects)).toEqual([]);
  },
);
