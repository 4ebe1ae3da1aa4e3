import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/**
 * How a network is away. `refused`: connections break, and new ones are refused. `frozen`: nothing
 * passes and nobody is told; what was sent meanwhile arrives when the network is back.
 */
export type Cut = 'refused' | 'frozen';

/** The network between clients and one server of this machine, which can be cut. */
export interface Proxy {
  readonly port: number;
  cut(how: Cut): Promise<void>;
  mend(): Promise<void>;
  close(): Promise<void>;
}

const HOST = '127.0.0.1';

/** Listens on `port` and passes every connection on to `targetPort`. */
export async function startProxy(port: number, targetPort: number): Promise<Proxy> {
  const joined = new Set<Socket>();
  const waiting = new Set<Socket>();
  let frozen = false;
  let server = await listen();

  async function listen(): Promise<Server> {
    const made = createServer({ pauseOnConnect: true }, (near) => {
      if (frozen) waiting.add(near);
      else join(near);
    });
    made.listen(port, HOST);
    await once(made, 'listening');
    return made;
  }

  function join(near: Socket): void {
    const far = connect(targetPort, HOST);
    pass(near, far);
    pass(far, near);
    near.resume();
  }

  /** From one socket to the other; the end of one, however it comes, is the end of both. */
  function pass(from: Socket, to: Socket): void {
    joined.add(from);
    from.on('data', (data) => to.write(data));
    from.on('error', () => from.destroy());
    from.once('close', () => {
      joined.delete(from);
      to.destroySoon();
    });
  }

  async function breakAll(): Promise<void> {
    const closed = server.listening ? once(server, 'close') : null;
    server.close();
    for (const socket of [...waiting, ...joined]) socket.destroy();
    waiting.clear();
    await closed;
  }

  return {
    port,
    async cut(how) {
      if (how === 'refused') return breakAll();
      frozen = true;
      for (const socket of joined) socket.pause();
    },
    async mend() {
      if (!server.listening) server = await listen();
      frozen = false;
      for (const socket of joined) socket.resume();
      for (const near of waiting) join(near);
      waiting.clear();
    },
    close: breakAll,
  };
}
