import { createServer, type Server } from 'node:net';

// Below the range from which systems take ports for outgoing connections (Linux from 32768, macOS
// and Windows from 49152): no connection can take one between our look and the server's start.
const LOWEST = 20_000;
const HIGHEST = 32_000;
const TRIES = 200;

// Two servers started side by side in one process must not be given the same port.
const given = new Set<number>();

/**
 * Ports of 127.0.0.1 on which nothing listens; `consecutive`: each is the one before plus one.
 * None is given twice by one process. Another process may still take one before it is used.
 */
export async function freePorts(count: number, consecutive: boolean): Promise<number[]> {
  const ports: number[] = [];
  for (let tries = 0; tries < TRIES && ports.length < count; tries += 1) {
    const wanted = consecutive ? count : 1;
    const first = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST - wanted));
    const run = Array.from({ length: wanted }, (_, index) => first + index);
    if (run.some((port) => given.has(port)) || !(await allFree(run))) continue;
    for (const port of run) given.add(port);
    ports.push(...run);
  }
  if (ports.length < count) {
    throw new Error(`no ${count} free ports on 127.0.0.1 between ${LOWEST} and ${HIGHEST}`);
  }
  return ports;
}

/** Whether all of these ports of 127.0.0.1 could be listened on just now. */
export async function allFree(ports: readonly number[]): Promise<boolean> {
  const servers = await Promise.all(ports.map(listen));
  const listening = servers.filter((server) => server !== null);
  await Promise.all(listening.map(close));
  return listening.length === ports.length;
}

function listen(port: number): Promise<Server | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(null));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => resolve(server));
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
