import { activityInfo } from '@temporalio/activity';
import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import {
  AuthenticationError,
  BrakedError,
  CloudApiError,
  NoCredentialsError,
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
  /** Another operation on the instance is under way. */
  | 'Busy'
  /** The cloud refused to be asked this. */
  | 'Refused'
  /** A good answer that is not what the documents say. */
  | 'UnexpectedAnswer'
  /** Windows and blackouts that no rollout can work with. */
  | 'BadCalendar'
  /** A webhook of the plan did not answer as it should. */
  | 'HookFailed'
  /** A receiver of the plan's `notify` did not take what it was told. */
  | 'NotDelivered';

/** "Not yet": the activity's retry is the poll loop. Kept out of error logs and metrics. */
export function stillRunning(words: string, lookAgainMs: number): ApplicationFailure {
  return ApplicationFailure.create({
    message: words,
    type: 'StillRunning' satisfies FailureType,
    category: ApplicationFailureCategory.BENIGN,
    nextRetryDelay: lookAgainMs,
  });
}

/** When an activity that retries itself is over. */
export interface Deadline {
  /** Its schedule-to-close time-out. */
  readonly limitMs: number;
  /** How long before it a last look is made. */
  readonly lastLookMs: number;
}

export interface FailureOptions {
  /** When to try again; absent: as the activity's retry policy says. */
  readonly afterMs?: number;
  /** No further try. */
  readonly final?: boolean;
  readonly deadline?: Deadline;
}

/** A try planned for after the deadline would end the activity now: try once more just before. */
export function withinDeadline(delayMs: number, { limitMs, lastLookMs }: Deadline): number {
  const leftMs = activityInfo().scheduledTimestampMs + limitMs - Date.now() - lastLookMs;
  return leftMs > 0 ? Math.min(delayMs, leftMs) : delayMs;
}

/**
 * The only place where errors of the cloud become Temporal failures, retryable unless `final`. The
 * original is not kept as cause: nothing of a request may reach a history or a log.
 */
export function toFailure(
  error: unknown,
  { afterMs = 0, final = false, deadline }: FailureOptions = {},
): unknown {
  const type = typeOf(error);
  if (!type) return error;
  // Never sooner than our own pace, whatever the cloud asks for.
  const delayMs = Math.max(retryAfter(error), afterMs);
  return ApplicationFailure.create({
    message: (error as Error).message,
    type,
    nonRetryable: final,
    nextRetryDelay:
      delayMs === 0 ? undefined : deadline ? withinDeadline(delayMs, deadline) : delayMs,
  });
}

/** What waiting will not change: wrong credentials, a project or a request that is refused. */
export function isFinal(error: unknown): boolean {
  return isAccessRefused(error) || error instanceof RequestRefusedError;
}

/** What is said of one thing that was asked about, and of nothing else. */
export function isOfOne(error: unknown): error is RequestRefusedError | UnexpectedAnswerError {
  if (error instanceof UnexpectedAnswerError) return true;
  return error instanceof RequestRefusedError && error.refusal !== 'endpoint';
}

/** Credentials or permissions, whether the cloud said so to this call or to one before it. */
export function isAccessRefused(error: unknown): boolean {
  if (error instanceof BrakedError) return error.brake === 'key' || error.brake === 'permission';
  return error instanceof AuthenticationError || error instanceof NoCredentialsError;
}

/** What the cloud says of the target itself, unlike trouble that passes or concerns everybody. */
export function isMeant(error: unknown): boolean {
  const type = typeOf(error);
  return type === 'Refused' || type === 'Busy' || type === 'UnexpectedAnswer';
}

function typeOf(error: unknown): FailureType | null {
  if (error instanceof UnexpectedAnswerError) return 'UnexpectedAnswer';
  if (error instanceof RequestRefusedError) return typeOfRefusal(error);
  return error instanceof CloudApiError ? 'CloudAccess' : null;
}

function typeOfRefusal({ refusal }: RequestRefusedError): FailureType {
  switch (refusal) {
    case 'busy':
    case 'upgrading':
      return 'Busy';
    // A wrong endpoint or a hiccup says nothing about the target.
    case 'endpoint':
    case 'forNow':
      return 'CloudAccess';
    default:
      return 'Refused';
  }
}

function retryAfter(error: unknown): number {
  if (error instanceof BrakedError) return error.retryAfterMs;
  return error instanceof RateLimitedError ? (error.retryAfterMs ?? 0) : 0;
}
