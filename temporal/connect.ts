import { Connection, type Client } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { wordsOf } from '../rollout/problem';
import { newClient } from './client';

/** No Temporal server answered, or it refused us. The message says which and what to do. */
export class ServerUnreachableError extends Error {
  override readonly name = 'ServerUnreachableError';
}

/** Temporal's variables or its configuration file cannot be used. The message says why, and what was read. */
export class ServerConfigError extends Error {
  override readonly name = 'ServerConfigError';
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

const DEFAULT_FILE = 'temporalio/temporal.toml in your configuration folder (~/.config on Linux)';

/**
 * Where the standard `TEMPORAL_*` variables and configuration file point. Throws
 * {@link ServerConfigError}.
 */
export function serverConfig() {
  const { connectionOptions, namespace } = loadConfig();
  return {
    connectionOptions,
    address: connectionOptions.address ?? 'localhost:7233',
    namespace: namespace ?? 'default',
  };
}

function loadConfig() {
  try {
    return loadClientConnectConfig();
  } catch (error) {
    const read = Object.keys(process.env).filter((name) => name.startsWith('TEMPORAL_'));
    const file = process.env.TEMPORAL_CONFIG_FILE ?? DEFAULT_FILE;
    // Without its cause, which may hold lines of the file.
    throw new ServerConfigError(
      `The configuration of Temporal cannot be used: ${whyUnusable(error)}. ` +
        `Correct it: it is read from ${[...read.sort(), `the file ${file}`].join(', ')}.`,
    );
  }
}

function whyUnusable(error: unknown): string {
  if (error instanceof TypeError) return 'the file has no table such as [profile.default]';
  // After the first line comes what stands in the file, and that may be the API key.
  const [why = ''] = wordsOf(error).split('\n');
  return error instanceof Error && 'line' in error ? `${why}, line ${String(error.line)}` : why;
}

/**
 * Connects the command line to Temporal. Throws {@link ServerUnreachableError} and
 * {@link ServerConfigError}.
 */
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
