import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer as createTcpServer } from 'node:net';
import type { HttpRequest, HttpResult } from '../../cloud/http';
import { exchange } from '../../cloud/http';

const open: { close(): unknown }[] = [];

afterEach(() => {
  for (const server of open.splice(0)) server.close();
});

async function listen(server: Server | ReturnType<typeof createTcpServer>): Promise<URL> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(server);
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
}

function serve(handler: RequestListener): Promise<URL> {
  const server = createServer(handler);
  open.push({ close: () => server.closeAllConnections() });
  return listen(server);
}

function send(url: URL, change: Partial<HttpRequest> = {}): Promise<HttpResult> {
  return exchange({
    method: 'POST',
    url,
    headers: {},
    body: '{}',
    timeoutMs: 5000,
    redact: (text) => text,
    ...change,
  });
}

async function answerOf(url: URL) {
  const result = await send(url);
  if (result.kind !== 'answer') throw new Error(`no answer: ${result.words}`);
  return result.answer;
}

test('nobody listens: not sent', async () => {
  const url = await serve(() => undefined);
  for (const server of open.splice(0)) server.close();

  const result = await send(url);

  expect(result).toMatchObject({
    kind: 'notSent',
    words: `connection to ${new URL(url).origin} failed: ECONNREFUSED`,
  });
});

test('nobody listens on any address of a name: not sent', async () => {
  const url = await serve(() => undefined);
  for (const server of open.splice(0)) server.close();

  const result = await send(new URL(`http://localhost:${url.port}/`));

  expect(result.kind).toBe('notSent');
});

test('no such host: not sent', async () => {
  const result = await send(new URL('http://no-such-host.invalid/'));

  expect(result.kind).toBe('notSent');
});

test('cut when the request was there: lost', async () => {
  const url = await serve((request) => {
    request.socket.destroy();
  });

  const result = await send(url);

  expect(result.kind).toBe('lost');
});

test('cut in the middle of the body: lost', async () => {
  const url = await serve((_request, response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('{"a":', () => response.destroy());
  });

  const result = await send(url);

  expect(result.kind).toBe('lost');
});

test('no answer in time: lost, with the time', async () => {
  const url = await serve(() => undefined);

  const result = await send(url, { timeoutMs: 100 });

  expect(result).toMatchObject({ kind: 'lost', words: 'no answer within 0.1 s' });
});

test('a body that never ends: lost in time', async () => {
  const url = await serve((_request, response) => {
    response.writeHead(200);
    response.write('{');
  });

  const result = await send(url, { timeoutMs: 100 });

  expect(result.kind).toBe('lost');
});

test('called off while waiting: lost', async () => {
  const controller = new AbortController();
  const url = await serve(() => controller.abort());

  const result = await send(url, { signal: controller.signal });

  expect(result).toMatchObject({ kind: 'lost', words: 'called off' });
});

test('something that does not speak HTTP: lost', async () => {
  const url = await listen(createTcpServer((socket) => socket.end('hello\r\n\r\n')));

  const result = await send(url);

  expect(result.kind).toBe('lost');
});

test('JSON is read whatever its type says, with status and headers', async () => {
  const url = await serve((_request, response) => {
    response.writeHead(418, { 'x-request-id': 'r1' });
    response.end('{"a":1}');
  });

  const answer = await answerOf(url);

  expect(answer).toMatchObject({ status: 418, content: { kind: 'json', value: { a: 1 } } });
  expect(answer.headers.get('x-request-id')).toBe('r1');
});

test('an empty body is empty', async () => {
  const url = await serve((_request, response) => response.end());

  expect((await answerOf(url)).content).toEqual({ kind: 'empty' });
});

test('a page of HTML is garbage, and its text is not repeated', async () => {
  const url = await serve((_request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end('<html>s3cret</html>');
  });

  const { content } = await answerOf(url);

  expect(content).toEqual({ kind: 'garbage', words: 'a body that is not JSON (text/html)' });
});

test.each([['announced'], ['not announced']])(
  'a body over 5 MB, %s, is not read on',
  async (how) => {
    const chunk = Buffer.alloc(1_000_000, ' ');
    let sent = 0;
    const url = await serve((_request, response) => {
      if (how === 'announced') response.setHeader('content-length', String(chunk.length * 1000));
      const more = (): void => {
        sent += 1;
        if (sent < 1000 && !response.destroyed) response.write(chunk, more);
      };
      more();
    });

    const { content } = await answerOf(url);

    expect(content).toEqual({ kind: 'garbage', words: 'a body over 5 MB' });
    expect(sent).toBeLessThan(100);
  },
);

test('a redirect is not followed: a token would go with it', async () => {
  let calls = 0;
  const url = await serve((_request, response) => {
    calls += 1;
    response.writeHead(307, { location: '/elsewhere' });
    response.end();
  });

  const answer = await answerOf(url);

  expect(answer.status).toBe(307);
  expect(calls).toBe(1);
});

test.each(['GET', 'POST'] as const)('a %s that was cut is not sent again', async (method) => {
  let calls = 0;
  const url = await serve((request) => {
    calls += 1;
    request.socket.destroy();
  });

  await send(url, { method, body: method === 'GET' ? null : '{}' });

  expect(calls).toBe(1);
});
