import { Connection, type Client } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { wordsOf } from '../rollout/problem';
import { newClient } from './client';

/** No Temporal server answered, or it refused us. The message says which and what to do. */
export class ServerUnreachableError extends Error {
  override readonly name = 'ServerUnreachableError';
}

export interface Connected {
  readonly client: Client;
  readonly address: string;
  readonly namespace: string;
  close(): Promise<void>;
}

// A person waits for this: a server that is there answers within a second.
const CONNECT_TIMEOUT_MS = 8_000;

// gRPC's own is two minutes: whoever watches a rollout would wait so long after a server's outage.
const MAX_RECONNECT_BACKOFF_MS = 5_000;

/** Where the standard `TEMPORAL_*` variables and configuration file point. */
export function serverConfig() {
  const { connectionOptions, namespace } = loadClientConnectConfig();
  return {
    connectionOptions,
    address: connectionOptions.address ?? 'localhost:7233',
    namespace: namespace ?? 'default',
  };
}

/** Connects the command line to Temporal. Throws {@link ServerUnreachableError}. */
export async function connectClient(): Promise<Connected> {
  const { connectionOptions, address, namespace } = serverConfig();
  try {
    const connection = await Connection.connect({
      ...connectionOptions,
      connectTimeout: CONNECT_TIMEOUT_MS,
      channelArgs: {
        'grpc.max_reconnect_backoff_ms': MAX_RECONNECT_BACKOFF_MS,
      },
    });
    const client = newClient(connection, namespace);
    return { client, address, namespace, close: () => connection.close() };
  } catch (error) {
    const why = wordsOf(error);
    throw new ServerUnreachableError(
      `No Temporal server answers at ${address} (${why}). Start one, or set TEMPORAL_ADDRESS; ` +
        'a development server: temporal server start-dev. Nothing was started.',
      { cause: error },
    );
  }
}
