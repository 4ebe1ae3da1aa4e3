import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { startProgram, type StartedProgram } from '../../local/processes';
import { openedByEach } from '../support/opened';

const MAIN = join(__dirname, '..', '..', 'dist', 'worker', 'main.js');
const KEYS = { CLOUD_SDK_AK: 'ak', CLOUD_SDK_SK: 'sk' };

const opened = openedByEach();

async function workerWith(env: Readonly<Record<string, string>>): Promise<StartedProgram> {
  const worker = await startProgram({
    file: MAIN,
    args: [],
    env: { ...KEYS, TEMPORAL_CONFIG_FILE: '/no/such.toml', ...env },
    name: 'the worker',
  });
  opened.add({ stop: () => worker.kill() });
  return worker;
}

test.each([
  { name: 'a profile', variable: 'TEMPORAL_PROFILE', value: 'prod' },
  { name: 'a key', variable: 'TEMPORAL_TLS_CLIENT_KEY_PATH', value: '/no/such.pem' },
])('$name that is not there -> exit code 2, as for other variables', async (given) => {
  const { variable, value } = given;
  const worker = await workerWith({ [variable]: value });

  expect(await worker.exited).toEqual({ code: 2, signal: null });
  const said = worker.lines.join('\n');
  expect(said).toContain('The worker cannot start:\n  - The configuration of Temporal cannot be');
  for (const part of [variable, 'the file /no/such.toml']) expect(said).toContain(part);
});

// What follows depends on who closes the connection first.
const WHY = 'Failed to call GetSystemInfo';

test('a server that is none of Temporal -> each warning and the last words say why', async () => {
  const web = createServer((_request, response) => response.end('hello')).listen(0, '127.0.0.1');
  opened.add({ stop: () => Promise.resolve(web.close()) });
  await once(web, 'listening');
  const address = `127.0.0.1:${(web.address() as AddressInfo).port}`;

  const worker = await workerWith({ TEMPORAL_ADDRESS: address });

  expect(await worker.exited).toEqual({ code: 1, signal: null });
  const warnings = worker.lines.filter((line) => line.includes('Temporal does not answer yet'));
  expect(warnings).toHaveLength(9);
  for (const line of warnings) {
    const { why } = JSON.parse(line) as { why: string };
    expect(why).toContain(WHY);
  }
  const last = worker.lines.at(-1) ?? '';
  const [, why] = last.split(`No Temporal server answers at ${address} `);
  expect(why).toContain(WHY);
  expect(last).toContain('The worker was not started.');
});
