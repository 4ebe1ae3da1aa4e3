import type { Logger, LogLevel, LogMetadata } from '@temporalio/worker';
import { pino } from 'pino';
import type { DestinationStream, Logger as PinoLogger } from 'pino';

const LEVELS = {
  TRACE: 'trace',
  DEBUG: 'debug',
  INFO: 'info',
  WARN: 'warn',
  ERROR: 'error',
} as const satisfies Record<LogLevel, string>;

const REDACTED = '[redacted]';
const HIDDEN_KEYS = [
  'authorization',
  'x-auth-token',
  'x-subject-token',
  'x-security-token',
  'password',
  'sk',
  'ak',
];

export interface LoggingOptions {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  /** Strings cut out of every line, wherever they stand. */
  readonly secrets: readonly string[];
  /** Standard output unless given. */
  readonly destination?: DestinationStream;
}

/** The worker's logger: JSON lines without keys, tokens and authorisation headers. */
export function createLogger({ level, secrets, destination }: LoggingOptions): PinoLogger {
  const paths = HIDDEN_KEYS.flatMap((key) => [`["${key}"]`, `*["${key}"]`, `*.headers["${key}"]`]);
  return pino(
    {
      level,
      redact: { paths, censor: REDACTED },
      // The SDK puts errors under `error`; pino knows only `err` by itself.
      serializers: { error: pino.stdSerializers.err },
      // The last door: a secret inside a message or a stack is cut out as well.
      hooks: { streamWrite: (line) => withoutSecrets(line, secrets) },
    },
    destination ?? pino.destination(1),
  );
}

/** The SDK's logger interface over pino, whose arguments are in the other order. */
export function sdkLogger(target: PinoLogger): Logger {
  const log = (level: LogLevel, message: string, meta?: LogMetadata) =>
    target[LEVELS[level]](meta ?? {}, message);
  return {
    log,
    trace: (message, meta) => log('TRACE', message, meta),
    debug: (message, meta) => log('DEBUG', message, meta),
    info: (message, meta) => log('INFO', message, meta),
    warn: (message, meta) => log('WARN', message, meta),
    error: (message, meta) => log('ERROR', message, meta),
  };
}

function withoutSecrets(line: string, secrets: readonly string[]): string {
  return secrets.reduce((text, secret) => text.replaceAll(secret, REDACTED), line);
}
