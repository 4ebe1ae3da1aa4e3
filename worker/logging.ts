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
  const withoutSecrets = cutter(secrets);
  const paths = HIDDEN_KEYS.flatMap((key) => [`["${key}"]`, `*["${key}"]`, `*.headers["${key}"]`]);
  return pino(
    {
      level,
      redact: { paths, censor: REDACTED },
      // The SDK puts errors under `error`; pino knows only `err` by itself.
      serializers: { error: pino.stdSerializers.err },
      // The last door: a secret inside a message or a stack is cut out as well.
      hooks: { streamWrite: withoutSecrets },
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

/** Cuts secrets out of a line that is JSON already. */
function cutter(secrets: readonly string[]): (line: string) => string {
  const forms = secrets
    .filter((secret) => secret !== '')
    // Escaped as the line has them: of half an escape no JSON would be left. Twice where a message
    // quotes JSON.
    .flatMap((secret) => [escaped(secret), escaped(escaped(secret))])
    // A part of a longer one must not be found first, and its rest stay.
    .sort((a, b) => b.length - a.length);
  return (line) => forms.reduce((text, form) => text.replaceAll(form, REDACTED), line);
}

function escaped(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
