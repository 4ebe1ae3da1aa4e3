import { Connection } from '@temporalio/client';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { devServerArguments, startDevServer, type DevServerOptions } from '../../local/dev-server';
import { freePorts } from '../../local/processes';
import { testTemporalProgram } from '../support/temporal-server';
import { isAlive, scratchFolder, script } from './scratch';

jest.setTimeout(60_000);

const { folder, remove } = scratchFolder();
let program = '';
beforeAll(async () => {
  program = await testTemporalProgram();
});
afterAll(remove);

const start = (options: Partial<DevServerOptions> = {}) =>
  startDevServer({ program, ui: false, ...options });

async function withConnection<T>(address: string, ask: (connection: Connection) => Promise<T>) {
  const connection = await Connection.connect({ address });
  try {
    return await ask(connection);
  } finally {
    await connection.close();
  }
}

test('the command line: nothing but loopback, no UI unless asked for', () => {
  const options = { program, ui: false };

  expect(devServerArguments(options, 7000, null).join(' ')).toBe(
    'server start-dev --ip 127.0.0.1 --port 7000 --log-level error --headless ' +
      '--dynamic-config-value frontend.enableServerVersionCheck=false',
  );
  expect(
    devServerArguments(
      { ...options, dbFile: '/d', searchAttributes: { A: 'Keyword' }, dynamicConfig: { b: 'c' } },
      7000,
      8000,
    ).join(' '),
  ).toBe(
    'server start-dev --ip 127.0.0.1 --port 7000 --log-level error --ui-port 8000 ' +
      '--db-filename /d --dynamic-config-value frontend.enableServerVersionCheck=false ' +
      '--dynamic-config-value b="c" --search-attribute A=Keyword',
  );
});

test('started -> answers, with its search attributes; stopped -> gone', async () => {
  const server = await start({ searchAttributes: { Team: 'Keyword' } });

  const { customAttributes } = await withConnection(server.address, (connection) =>
    connection.operatorService.listSearchAttributes({ namespace: 'default' }),
  );
  await server.stop();

  expect(server.address).toMatch(/^127\.0\.0\.1:\d+$/);
  expect(server.uiAddress).toBeNull();
  expect(Object.keys(customAttributes)).toContain('Team');
  expect(isAlive(server.pid)).toBe(false);
});

test('with the UI -> its page is there', async () => {
  const server = await start({ ui: true });

  const page = await fetch(server.uiAddress ?? '');
  await server.stop();

  expect(page.status).toBe(200);
});

test('killed and started again on its file and port -> what was there is there', async () => {
  const dbFile = join(folder, 'temporal.db');
  const first = await start({ dbFile });
  const workflow = { workflowId: 'kept', workflowType: { name: 'none' }, taskQueue: { name: 'q' } };
  await withConnection(first.address, (connection) =>
    connection.workflowService.startWorkflowExecution({
      namespace: 'default',
      requestId: 'r',
      ...workflow,
    }),
  );

  await first.kill();
  const second = await start({ dbFile, port: first.port });
  const { workflowExecutionInfo } = await withConnection(second.address, (connection) =>
    connection.workflowService.describeWorkflowExecution({
      namespace: 'default',
      execution: { workflowId: 'kept' },
    }),
  );
  await second.stop();

  expect(await first.exited).toEqual({ code: null, signal: 'SIGKILL' });
  expect(isAlive(first.pid)).toBe(false);
  expect(second.address).toBe(first.address);
  expect(workflowExecutionInfo?.type?.name).toBe('none');
});

test('several at once -> each has ports of its own', async () => {
  const servers = await Promise.all([start(), start()]);

  await Promise.all(servers.map((server) => server.kill()));

  expect(new Set(servers.map(({ address }) => address)).size).toBe(2);
});

test('dies at the start -> error with its last words', async () => {
  const starting = start({ dbFile: join(folder, 'no', 'such', 'folder.db') });

  await expect(starting).rejects.toThrow(
    /^the Temporal dev server ended at once \(exit code 1\): .*no such file/s,
  );
});

test('the environment of the shell does not reach it', async () => {
  process.env.TEMPORAL_ADDRESS = 'production:7233';
  const fake = script(join(folder, 'temporal'), 'env; exit 1');

  const error = await start({ program: fake }).catch((thrown: unknown) => String(thrown));

  delete process.env.TEMPORAL_ADDRESS;
  expect(error).toMatch(/ended at once \(exit code 1\)/);
  expect(error).not.toMatch(/production/);
});

test('a port that is taken -> error that names it, and no mistaking the other for ours', async () => {
  const [port = 0] = await freePorts(1, false);
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve));

  const error = await start({ port }).catch((thrown: unknown) => String(thrown));

  await new Promise((resolve) => other.close(resolve));
  expect(error).toContain(`127.0.0.1:${port} is taken`);
});
