import {
  isGrpcServiceError,
  WorkflowFailedError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import {
  ApplicationFailure,
  CancelledFailure,
  NamespaceNotFoundError,
  TerminatedFailure,
  TimeoutFailure,
  WorkflowNotFoundError,
} from '@temporalio/common';
import { wordsOf } from '../rollout/problem';
import { ServerConfigError, ServerUnreachableError } from '../temporal/connect';
import { REFUSED } from '../workflows/messages';
import { EXIT, type ExitCode } from './exit-codes';

/** Said to a person as it is: what happened, what was not done, what to do now. */
export class PersonError extends Error {
  override readonly name = 'PersonError';
  constructor(
    message: string,
    readonly exitCode: ExitCode = EXIT.failure,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** How a command ends on an error. */
export interface Ending {
  readonly words: string;
  readonly exitCode: ExitCode;
}

const GRPC = {
  cancelled: 1,
  unknown: 2,
  deadline: 4,
  notFound: 5,
  denied: 7,
  exhausted: 8,
  precondition: 9,
  aborted: 10,
  internal: 13,
  unavailable: 14,
  unauthenticated: 16,
};

/** A server that is overloaded, or ends in the middle of a call, says so in many ways. */
const PASSING: ReadonlySet<number> = new Set([
  GRPC.cancelled,
  GRPC.unknown,
  GRPC.deadline,
  GRPC.exhausted,
  GRPC.precondition,
  GRPC.aborted,
  GRPC.internal,
  GRPC.unavailable,
]);

/** The one door from any error to words and an exit code. */
export function endingOf(error: unknown): Ending {
  if (error instanceof PersonError) return { words: error.message, exitCode: error.exitCode };
  if (error instanceof ServerUnreachableError) return failure(error.message);
  if (error instanceof ServerConfigError) {
    return { words: `${error.message} Nothing was done.`, exitCode: EXIT.usage };
  }
  if (error instanceof WorkflowUpdateFailedError) return updateEnding(error);
  if (error instanceof WorkflowFailedError) return failure(failureWords(error));
  if (error instanceof WorkflowNotFoundError) {
    return failure(
      `${error.workflowId || 'This workflow'} is not running, or the server does not know it. Nothing was done. What there is: upwave list`,
    );
  }
  const namespace = missingNamespace(error);
  if (namespace !== undefined) {
    return failure(
      `The Temporal server has no namespace ${namespace}. Nothing was done. Set TEMPORAL_NAMESPACE, or create it: temporal operator namespace create --namespace ${namespace}`,
    );
  }
  return grpcEnding(error) ?? failure(unexpectedWords(error));
}

/** True when the server is away or does not answer: waiting may help. */
export function isServerAway(error: unknown): boolean {
  if (error instanceof ServerUnreachableError) return true;
  const code = grpcCode(error);
  return code === GRPC.unavailable || code === GRPC.deadline;
}

/** True of a read that failed in a way in which the next one may not. */
export function isPassing(error: unknown): boolean {
  return isServerAway(error) || PASSING.has(grpcCode(error) ?? -1);
}

/** The server's own words, where it said more than that it does not answer; else null. */
export function serverWords(error: unknown): string | null {
  const told = grpcError(error);
  return told === undefined || isServerAway(error) ? null : messageOf(told);
}

/** True when a call's deadline passed before an answer. */
export function isDeadline(error: unknown): boolean {
  return (
    error instanceof WorkflowUpdateRPCTimeoutOrCancelledError || grpcCode(error) === GRPC.deadline
  );
}

/** True when the server knows no such thing. */
export function isNotFound(error: unknown): boolean {
  return error instanceof WorkflowNotFoundError || grpcCode(error) === GRPC.notFound;
}

/** The innermost words of a failure: the outer ones only say that something failed. */
export function failureWords(error: unknown): string {
  const chain = causes(error);
  const told = chain.findLast((link) => link instanceof ApplicationFailure);
  if (told) return told.message;
  if (chain.some((link) => link instanceof TerminatedFailure)) {
    return 'It was terminated in Temporal. Upgrades under way go on in the cloud.';
  }
  if (chain.some((link) => link instanceof CancelledFailure))
    return 'It was cancelled in Temporal.';
  const timeout = chain.find((link) => link instanceof TimeoutFailure);
  return (timeout ?? chain.at(-1))?.message ?? String(error);
}

/** True when a workflow refused an Update because it does not fit the state. */
export function isRefusal(error: unknown): boolean {
  return error instanceof WorkflowUpdateFailedError && refusalIn(error) !== undefined;
}

/** A refusal's words for a person. `why` may end in a question. */
export function refusedWords(why: string): string {
  return `Refused: ${why}${/[.?!]$/.test(why) ? '' : '.'} Nothing has changed.`;
}

function refusalIn(error: unknown): Error | undefined {
  return causes(error).find((link) => link instanceof ApplicationFailure && link.type === REFUSED);
}

function updateEnding(error: WorkflowUpdateFailedError): Ending {
  const refusal = refusalIn(error);
  if (refusal) {
    return { words: refusedWords(refusal.message), exitCode: EXIT.refused };
  }
  return failure(failureWords(error));
}

/** The namespace that the server does not know, if that is what it says. */
function missingNamespace(error: unknown): string | undefined {
  const told = causes(error).find((link) => link instanceof NamespaceNotFoundError);
  if (told) return told.namespace;
  // Calls that the SDK passes on as they are say it in words alone.
  if (grpcCode(error) !== GRPC.notFound) return undefined;
  return /^Namespace (\S+) is not found/.exec(messageOf(grpcError(error)))?.[1];
}

function grpcEnding(error: unknown): Ending | undefined {
  const code = grpcCode(error);
  if (code === undefined) return undefined;
  const said = messageOf(grpcError(error));
  switch (code) {
    case GRPC.notFound:
      return failure(
        `The Temporal server knows no such thing: ${said}. Nothing was done. What there is: upwave list; another namespace: TEMPORAL_NAMESPACE.`,
      );
    case GRPC.denied:
    case GRPC.unauthenticated:
      return failure(
        `The Temporal server refused us (${said}). Nothing was done. Check TEMPORAL_API_KEY, the TLS variables and TEMPORAL_NAMESPACE.`,
      );
  }
  if (isServerAway(error) || isPassing(error)) {
    const what = isServerAway(error) ? 'does not answer' : 'did not carry out the request';
    return failure(
      `The Temporal server ${what} (${said}). Whether the last request took effect is not known: look with upwave list before you repeat it.`,
    );
  }
  return failure(
    `The Temporal server refused the request: ${said}. Nothing was done. Are upwave here and its workers of the same version?`,
  );
}

function unexpectedWords(error: unknown): string {
  return `Unexpected: ${messageOf(error)}. This is a mistake in upwave: how far it came, upwave list and upwave status show; please report it with the command that you gave.`;
}

function failure(words: string): Ending {
  return { words, exitCode: EXIT.failure };
}

function causes(error: unknown): readonly Error[] {
  const chain: Error[] = [];
  for (let link = error; link instanceof Error && chain.length < 20; link = link.cause) {
    chain.push(link);
  }
  return chain;
}

function grpcError(error: unknown) {
  return causes(error).find((link) => isGrpcServiceError(link));
}

function grpcCode(error: unknown): number | undefined {
  return grpcError(error)?.code;
}

function messageOf(error: unknown): string {
  if (isGrpcServiceError(error)) return error.details || error.message;
  return wordsOf(error);
}
