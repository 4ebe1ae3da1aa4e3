import { createServer } from 'node:net';
import { allFree, freePorts } from '../../local/ports';

test('consecutive ports follow each other and are free', async () => {
  const ports = await freePorts(4, true);

  expect(ports).toEqual([0, 1, 2, 3].map((step) => (ports[0] ?? 0) + step));
  expect(await allFree(ports)).toBe(true);
});

test('no port is given twice, also when asked for at once', async () => {
  const ports = (await Promise.all(Array.from({ length: 40 }, () => freePorts(4, true)))).flat();

  expect(new Set(ports).size).toBe(160);
});

test('a port on which something listens is not free', async () => {
  const [port = 0] = await freePorts(1, false);
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));

  const free = await allFree([port]);

  await new Promise((resolve) => server.close(resolve));
  expect(free).toBe(false);
  expect(await allFree([port])).toBe(true);
});
