import { createServer } from 'node:http';
import { parseAddress } from './addresses';

/** Why this worker takes no tasks; null: it takes them. */
export type WhyNotReady = () => Promise<string | null>;

/**
 * Answers `/healthz`, which says no more than that the process lives and answers, and `/readyz`. A
 * person reads the words, a program the status: 200, or 503.
 */
export async function startHealthServer(
  address: string,
  whyNotReady: WhyNotReady,
): Promise<{ close(): void }> {
  const server = createServer((request, response) => {
    void answerTo(request.url ?? '', whyNotReady).then(({ status, words }) =>
      response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${words}\n`),
    );
  });
  const { host, port } = parseAddress(address);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return {
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

interface Answer {
  readonly status: number;
  readonly words: string;
}

async function answerTo(url: string, whyNotReady: WhyNotReady): Promise<Answer> {
  switch (url.split('?')[0]) {
    case '/healthz':
      return { status: 200, words: 'alive' };
    case '/readyz': {
      const why = await whyNotReady().catch(() => 'it could not be told');
      return why === null ? { status: 200, words: 'ready' } : { status: 503, words: why };
    }
    default:
      return { status: 404, words: 'there is /healthz and /readyz' };
  }
}
