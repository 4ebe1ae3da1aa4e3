import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import {
  AuthenticationError,
  CloudApiError,
  RateLimitedError,
  RequestRefusedError,
  UnexpectedAnswerError,
} from '../cloud/errors';

/** The types by which workflows tell failures of activities apart. */
export type FailureType =
  /** Expected, not an error: look again later. */
  | 'StillRunning'
  /** Credentials, throttling or an endpoint: no target is to blame. */
  | 'CloudAccess'
  /** The cloud refused to be asked this. */
  | 'Refused'
  /** A good answer that is not what the documents say. */
  | 'UnexpectedAnswer';

/** "Not yet": the activity's retry is the poll loop. Kept out of error logs and metrics. */
export function stillRunning(words: string, lookAgainMs: number): ApplicationFailure {
  return ApplicationFailure.create({
    message: words,
    type: 'StillRunning' satisfies FailureType,
    category: ApplicationFailureCategory.BENIGN,
    nextRetryDelay: lookAgainMs,
  });
}

/**
 * The only place where errors of the cloud become Temporal failures, retryable unless `final`. The
 * original is not kept as cause: nothing of a request may reach a history or a log.
 */
export function toFailure(
  error: unknown,
  { afterMs, final = false }: { readonly afterMs?: number; readonly final?: boolean } = {},
): unknown {
  const type = typeOf(error);
  if (!type) return error;
  return ApplicationFailure.create({
    message: (error as Error).message,
    type,
    nonRetryable: final,
    nextRetryDelay: retryAfter(error) ?? afterMs,
  });
}

/** What waiting will not change: wrong credentials, a project or a request that is refused. */
export function isFinal(error: unknown): boolean {
  return error instanceof AuthenticationError || error instanceof RequestRefusedError;
}

function typeOf(error: unknown): FailureType | null {
  if (error instanceof UnexpectedAnswerError) return 'UnexpectedAnswer';
  if (error instanceof RequestRefusedError) return 'Refused';
  return error instanceof CloudApiError ? 'CloudAccess' : null;
}

function retryAfter(error: unknown): number | undefined {
  return error instanceof RateLimitedError ? (error.retryAfterMs ?? undefined) : undefined;
}
