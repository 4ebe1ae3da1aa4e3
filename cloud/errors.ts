import type { BrakeCause } from './brake';
import type { ErrorClass } from './error-codes';

/** What is known about a call that went wrong, beside words. */
export interface ErrorFacts {
  readonly status?: number | null;
  readonly code?: string | null;
  readonly requestId?: string | null;
  readonly cause?: unknown;
}

/** The cloud could not be used, or refused. Holds no header, no query and no body of the request. */
export class CloudApiError extends Error {
  override readonly name: string = 'CloudApiError';
  readonly status: number | null;
  /** The cloud's error code, where it gave one. */
  readonly code: string | null;
  readonly requestId: string | null;

  constructor(words: string, facts: ErrorFacts = {}) {
    super(withRequestId(words, facts), { cause: facts.cause });
    this.status = facts.status ?? null;
    this.code = facts.code ?? null;
    this.requestId = facts.requestId ?? null;
  }
}

/** A 4xx about what was asked for: asking again will not help soon. */
export class RequestRefusedError extends CloudApiError {
  override readonly name = 'RequestRefusedError';

  constructor(
    words: string,
    readonly refusal: ErrorClass,
    facts?: ErrorFacts,
  ) {
    super(words, facts);
  }
}

/** 401 or 403: credentials or permissions. No target is to blame. */
export class AuthenticationError extends CloudApiError {
  override readonly name = 'AuthenticationError';
}

/** This process was given no credentials for the cloud. Nothing was sent, and no target is to blame. */
export class NoCredentialsError extends CloudApiError {
  override readonly name = 'NoCredentialsError';
}

/** 429. */
export class RateLimitedError extends CloudApiError {
  override readonly name = 'RateLimitedError';

  constructor(
    words: string,
    /** As the cloud asks; null when it does not say. */
    readonly retryAfterMs: number | null,
    facts?: ErrorFacts,
  ) {
    super(words, facts);
  }
}

/** 5xx, no connection, or a read whose answer was lost. */
export class CloudUnavailableError extends CloudApiError {
  override readonly name = 'CloudUnavailableError';
}

/** Nothing was sent: calls are stopped, or it did not get its turn in time. No target is to blame. */
export class BrakedError extends CloudApiError {
  override readonly name = 'BrakedError';
  /** When it may be worth asking again. */
  readonly retryAfterMs: number;
  /** Why calls are stopped; null: it waited in vain for its turn. */
  readonly brake: BrakeCause | null;

  constructor(
    words: string,
    { retryAfterMs, cause }: { readonly retryAfterMs: number; readonly cause: BrakeCause | null },
  ) {
    super(words);
    this.retryAfterMs = Math.ceil(retryAfterMs);
    this.brake = cause;
  }
}

/** `notAfter` had passed when the request was ready to leave. Nothing was sent. */
export class TooLateError extends CloudApiError {
  override readonly name = 'TooLateError';
}

/** A request that may or may not have had an effect. Families return it as `unknown` instead. */
export class OutcomeUnknownError extends CloudApiError {
  override readonly name = 'OutcomeUnknownError';
}

/**
 * An answer that is not what the documents say. Deliberately outside {@link CloudApiError}: the call
 * worked, so that the cloud can be used; it is the data that cannot.
 */
export class UnexpectedAnswerError extends Error {
  override readonly name = 'UnexpectedAnswerError';
  readonly requestId: string | null;

  constructor(words: string, facts: Pick<ErrorFacts, 'requestId' | 'cause'> = {}) {
    super(withRequestId(words, facts), { cause: facts.cause });
    this.requestId = facts.requestId ?? null;
  }
}

/** The cloud could not be used, or refused. */
export function isCloudApiError(error: unknown): error is CloudApiError {
  return error instanceof CloudApiError;
}

/** A refusal of what was asked for, of one of the given classes if any are given. */
export function isRefused(
  error: unknown,
  ...classes: readonly ErrorClass[]
): error is RequestRefusedError {
  if (!(error instanceof RequestRefusedError)) return false;
  return classes.length === 0 || classes.includes(error.refusal);
}

/** 5xx, no connection, or a read whose answer was lost. */
export function isUnavailable(error: unknown): error is CloudUnavailableError {
  return error instanceof CloudUnavailableError;
}

/** A good answer that is not what the documents say. */
export function isUnexpectedAnswer(error: unknown): error is UnexpectedAnswerError {
  return error instanceof UnexpectedAnswerError;
}

function withRequestId(words: string, { requestId }: ErrorFacts): string {
  return requestId ? `${words} (request id ${requestId})` : words;
}

/** Whatever was thrown, as an error. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
