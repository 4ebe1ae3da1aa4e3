import { readErrorBody } from './error-body';
import type { ErrorClass } from './error-codes';
import { canonicalCode, classOf } from './error-codes';
import type { ErrorFacts } from './errors';
import {
  AuthenticationError,
  CloudUnavailableError,
  RateLimitedError,
  RequestRefusedError,
  UnexpectedAnswerError,
} from './errors';
import type { HttpAnswer } from './http';
import type { Service } from './settings';

/** An answer that is not a success, understood. */
export interface Refusal {
  readonly class: ErrorClass;
  readonly code: string | null;
  /** For a person: status, code and the cloud's own words. */
  readonly words: string;
  /** The body was not what a service of this cloud answers: some gateway or proxy spoke. */
  readonly isGarbage: boolean;
  readonly retryAfterMs: number | null;
  readonly facts: ErrorFacts;
}

// As the vendor's Terraform provider: a mistaken header must not stop a rollout for days.
const MAX_RETRY_AFTER_MS = 30 * 60_000;

/** Whether the answer is a success, as far as its status goes. */
export function isSuccess({ status }: HttpAnswer): boolean {
  return status >= 200 && status < 300;
}

/** Understands an answer that is not a success. */
export function understand(service: Service, answer: HttpAnswer): Refusal {
  const { status, headers, content } = answer;
  const detail = readErrorBody(content.kind === 'json' ? content.value : null);
  const code = detail.code === null ? null : canonicalCode(detail.code);
  const said = content.kind === 'garbage' ? content.words : detail.words;
  const head = code === null ? `HTTP ${status}` : `HTTP ${status} ${code}`;
  return {
    class: classOf(service, status, code),
    code,
    words: said === null ? head : `${head}: ${said}`,
    isGarbage: content.kind === 'garbage' || status < 400,
    retryAfterMs: readRetryAfter(headers.get('retry-after')),
    facts: { status, code, requestId: answer.requestId ?? detail.requestId },
  };
}

/** The error of a refusal that is not the target's affair, or of a read. */
export function toError(doing: string, refusal: Refusal): Error {
  const { facts, retryAfterMs, isGarbage } = refusal;
  const words = `${doing}: ${refusal.words}`;
  switch (refusal.class) {
    case 'access':
    case 'token':
      return new AuthenticationError(words, facts);
    case 'throttled':
      return new RateLimitedError(words, retryAfterMs, facts);
    case 'server':
      return new CloudUnavailableError(words, facts);
    case 'endpoint':
    case 'notFound':
    case 'jobNotFound':
    case 'busy':
    case 'upgrading':
    case 'alreadyThere':
    case 'forNow':
    case 'forGood':
    case 'unknown':
      if (isGarbage) return new UnexpectedAnswerError(words, facts);
      return new RequestRefusedError(words, refusal.class, facts);
  }
}

/** Seconds or an HTTP date; null when there is none, or none that can be read. */
function readRetryAfter(header: string | null): number | null {
  if (header === null || header.trim() === '') return null;
  const seconds = Number(header);
  const ms = Number.isNaN(seconds) ? Date.parse(header) - Date.now() : seconds * 1000;
  return Number.isNaN(ms) ? null : Math.min(Math.max(ms, 0), MAX_RETRY_AFTER_MS);
}
