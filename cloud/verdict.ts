import type { Trouble, Verdict } from './brake';
import type { HttpResult } from './http';
import { isSuccess, understand } from './judge';
import type { Refusal } from './judge';
import type { Service } from './settings';

/** What a call says about the credential and about the service. */
export interface Verdicts {
  readonly key: Verdict;
  readonly service: Verdict;
}

/** The call that was answered, as far as it matters here. */
export interface Asked {
  readonly service: Service;
  readonly doing: string;
  /** Path, query and body: an instance's id is looked for in it. */
  readonly text: string;
}

export const NO_VERDICTS: Verdicts = { key: { kind: 'none' }, service: { kind: 'none' } };

const GOOD: Verdict = { kind: 'good' };
const NONE: Verdict = { kind: 'none' };

/** Judges a call that was not called off. */
export function verdictsOf(asked: Asked, result: HttpResult): Verdicts {
  const subject = subjectOf(asked.text);
  const say = (words: string) => `${asked.service}, ${asked.doing}: ${words}`;
  if (result.kind === 'notSent') {
    const trouble: Trouble = { cause: 'unreachable', words: say(result.words) };
    return { key: NONE, service: { kind: 'bad', trouble } };
  }
  if (result.kind === 'lost') {
    const trouble: Trouble = { cause: 'unreachable', words: say(result.words) };
    return { key: NONE, service: { kind: 'doubtful', trouble, subject } };
  }
  if (isSuccess(result.answer) && result.answer.content.kind !== 'garbage') {
    return { key: GOOD, service: GOOD };
  }
  const refusal = understand(asked.service, result.answer);
  return verdictsOfRefusal(asked.service, { ...refusal, words: say(refusal.words) }, subject);
}

function verdictsOfRefusal(service: Service, refusal: Refusal, subject: string): Verdicts {
  const { words } = refusal;
  switch (refusal.class) {
    case 'token':
      return { key: bad({ cause: 'key', words }), service: NONE };
    case 'access':
      if (refusal.facts.status === 401) {
        return { key: bad({ cause: 'key', words }), service: NONE };
      }
      return verdictsOfForbidden(service, refusal, subject);
    case 'throttled': {
      const { retryAfterMs } = refusal;
      const periodMs = periodIn(words);
      return { key: NONE, service: bad({ cause: 'throttled', words, retryAfterMs, periodMs }) };
    }
    case 'server':
      return { key: NONE, service: doubtful({ cause: 'unreachable', words }, subject) };
    case 'endpoint':
    case 'notFound':
    case 'jobNotFound':
    case 'busy':
    case 'forNow':
    case 'forGood':
    case 'upgrading':
    case 'alreadyThere':
    case 'unknown':
      if (!refusal.isGarbage) return { key: GOOD, service: GOOD };
      // A page of somebody in between: it may stand before all of the service.
      return { key: NONE, service: doubtful({ cause: 'unreachable', words }, subject) };
  }
}

/**
 * The gateway refuses an API or a project, IAM a user: one such answer is about all calls. A
 * service's own 403 is often a policy on one instance, which must not stop the others.
 */
function verdictsOfForbidden(service: Service, refusal: Refusal, subject: string): Verdicts {
  const trouble: Trouble = { cause: 'permission', words: refusal.words };
  const isOfGateway = refusal.code?.startsWith('APIGW.') ?? false;
  if (isOfGateway || service === 'iam') return { key: NONE, service: bad(trouble) };
  return { key: GOOD, service: doubtful(trouble, subject) };
}

const INSTANCE_ID = /[0-9a-f]{32}in\d{2}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/i;

/** What the call was about: the first instance that it names, else the call itself. */
export function subjectOf(text: string): string {
  return INSTANCE_ID.exec(text)?.[0] ?? text.split('?')[0] ?? '';
}

const PERIOD_MS = { second: 1_000, minute: 60_000, hour: 3_600_000 } as const;

/** Over how long calls are counted: `limit:200,time:5 minute` is 300,000; null when not said. */
export function periodIn(words: string): number | null {
  const [, count, unit] = /\btime: ?(\d{1,4}) ?(second|minute|hour)/i.exec(words) ?? [];
  if (count === undefined || unit === undefined) return null;
  return Number(count) * PERIOD_MS[unit.toLowerCase() as keyof typeof PERIOD_MS];
}

function bad(trouble: Trouble): Verdict {
  return { kind: 'bad', trouble };
}

function doubtful(trouble: Trouble, subject: string): Verdict {
  return { kind: 'doubtful', trouble, subject };
}
