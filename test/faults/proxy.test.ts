import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts } from '../../local/processes';
import { startProxy, type Proxy } from './proxy';

let echo: Server;
let proxy: Proxy;

beforeEach(async () => {
  echo = createServer((socket) => socket.on('error', () => undefined).pipe(socket));
  echo.listen(0, '127.0.0.1');
  await once(echo, 'listening');
  const [port = 0] = await freePorts(1, false);
  proxy = await startProxy(port, (echo.address() as AddressInfo).port);
});
afterEach(async () => {
  await proxy.close();
  echo.close();
});

async function connected(): Promise<Socket> {
  const socket = connect(proxy.port, '127.0.0.1').setEncoding('utf8');
  await once(socket, 'connect');
  return socket;
}

async function answerTo(socket: Socket, word: string): Promise<unknown> {
  socket.write(word);
  const [answer] = (await once(socket, 'data')) as [unknown];
  return answer;
}

test('whole: what is sent comes through', async () => {
  expect(await answerTo(await connected(), 'one')).toBe('one');
});

test('refused: connections end and no new one is made, until it is mended', async () => {
  const before = await connected();
  await answerTo(before, 'one');

  const isClosed = once(before, 'close');
  await proxy.cut('refused');

  await isClosed;
  await expect(connected()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  await proxy.mend();
  expect(await answerTo(await connected(), 'two')).toBe('two');
});

test('frozen: nothing comes through, and arrives when it is mended', async () => {
  const before = await connected();
  await answerTo(before, 'one');

  await proxy.cut('frozen');
  const late = [answerTo(before, 'two'), connected().then((socket) => answerTo(socket, 'three'))];
  const first = await Promise.race([...late, sleep(300).then(() => 'nothing')]);
  await proxy.mend();

  expect(first).toBe('nothing');
  expect(await Promise.all(late)).toEqual(['two', 'three']);
});
