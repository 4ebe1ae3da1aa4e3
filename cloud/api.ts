import type { z } from 'zod';
import type { CloudScope } from '../rollout/upgrade';
import { createCredentials } from './credentials';
import { endpointOf, parseEndpoint } from './endpoints';
import { CloudUnavailableError, TooLateError, UnexpectedAnswerError } from './errors';
import type { CallOptions } from './family';
import type { GateOptions, Visited } from './gate';
import { createGate } from './gate';
import type { HttpAnswer, HttpResult } from './http';
import { exchange } from './http';
import { isSuccess, toError, understand } from './judge';
import { NO_METER } from './meter';
import type { ErrorClass } from './error-codes';
import type { CloudSettings, Service } from './settings';
import { NO_VERDICTS, verdictsOf } from './verdict';

/** One call of a service. Built by the families; says nothing of hosts and credentials. */
export interface CloudCall {
  readonly service: Exclude<Service, 'iam'>;
  readonly scope: CloudScope;
  /** For messages: "reading the job list". */
  readonly doing: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** As {@link pathOf} builds it. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: object;
}

/** What came of a submit that may have reached the service. */
export type Sent<T> =
  | { readonly state: 'answered'; readonly answer: T }
  | {
      readonly state: 'refused';
      readonly class: ErrorClass;
      readonly code: string | null;
      readonly words: string;
    }
  | { readonly state: 'unknown'; readonly words: string };

/** The cloud's services, with endpoints, credentials, time limits and errors seen to. */
export interface CloudApi {
  /** A call without effect. Throws the errors of `errors.ts`. */
  read<S extends z.ZodType>(call: CloudCall, schema: S, options?: CallOptions): Promise<z.infer<S>>;
  /**
   * A call with an effect, sent once. Throws only when it certainly had none and what was asked for
   * is not to blame.
   */
  submit<S extends z.ZodType>(
    call: CloudCall,
    schema: S,
    options?: CallOptions,
  ): Promise<Sent<z.infer<S>>>;
}

// Reads of these services answer within a second or two; one that takes longer than this is better
// asked again than waited for.
const READ_TIMEOUT_MS = 15_000;
// A submit that is given up must be looked for, which costs more than waiting: longer than a read,
// and far below the submit activity's own limit, so that the answer "unknown" still gets out.
const SUBMIT_TIMEOUT_MS = 20_000;

/** Builds a path, each segment encoded: `/v3/{project}/…`. */
export function pathOf(version: string, scope: CloudScope, ...segments: readonly string[]): string {
  return `/${[version, scope.projectId, ...segments].map(encodeURIComponent).join('/')}`;
}

/** The services of one cloud. Endpoints and keys that cannot be right are refused at once. */
export function createCloudApi(settings: CloudSettings, options: GateOptions = {}): CloudApi {
  const { endpoints = {}, limits } = settings;
  for (const service of ['taurusdb', 'gaussdb', 'dcs', 'iam'] as const) {
    const given = endpoints[service];
    if (given !== undefined) parseEndpoint(service, given);
  }
  const credentials = createCredentials(settings.credentials, askForToken);
  const isSigned = settings.credentials.kind === 'aksk';
  const gate = createGate({ ...options, limits, isSigned });
  const { meter = NO_METER } = options;

  return { read, submit };

  async function read<S extends z.ZodType>(
    call: CloudCall,
    schema: S,
    options?: CallOptions,
  ): Promise<z.infer<S>> {
    const doing = wordsFor(call);
    const { signal, priority, patienceMs } = options ?? {};
    const result = await send(call, READ_TIMEOUT_MS, { signal, priority, patienceMs });
    // Not the cloud's failure: the caller gave up.
    signal?.throwIfAborted();
    const answer = successOf(call.service, doing, result);
    const parsed = schema.safeParse(valueOf(answer));
    if (parsed.success) return parsed.data;
    const words = `${doing}: ${misfit(answer, parsed.error)}`;
    throw new UnexpectedAnswerError(words, { requestId: answer.requestId });
  }

  async function submit<S extends z.ZodType>(
    call: CloudCall,
    schema: S,
    options?: CallOptions,
  ): Promise<Sent<z.infer<S>>> {
    const doing = wordsFor(call);
    const result = await send(call, SUBMIT_TIMEOUT_MS, { ...options, priority: 'submit' });
    if (result.kind === 'notSent') throw notConnected(doing, result);
    if (result.kind === 'lost') return { state: 'unknown', words: `${doing}: ${result.words}` };

    const { answer } = result;
    if (!isSuccess(answer)) return judgeSubmit(call.service, doing, answer);
    const parsed = schema.safeParse(valueOf(answer));
    if (parsed.success) return { state: 'answered', answer: parsed.data };
    return { state: 'unknown', words: `${doing}: ${misfit(answer, parsed.error)}` };
  }

  function judgeSubmit(service: Service, doing: string, answer: HttpAnswer): Sent<never> {
    const refusal = understand(service, answer);
    const words = `${doing}: ${refusal.words}`;
    switch (refusal.class) {
      case 'access':
      case 'token':
      case 'throttled':
      case 'endpoint':
        throw toError(doing, refusal);
      case 'server':
        return { state: 'unknown', words };
      case 'notFound':
      case 'jobNotFound':
      case 'busy':
      case 'upgrading':
      case 'alreadyThere':
      case 'forNow':
      case 'forGood':
      case 'unknown':
        // Who spoke is not known, and so neither whether the service had the request first.
        if (refusal.isGarbage) return { state: 'unknown', words };
        return { state: 'refused', class: refusal.class, code: refusal.code, words: refusal.words };
    }
  }

  async function send(
    call: CloudCall,
    timeoutMs: number,
    { signal, notAfter = null, priority = 'inspect', patienceMs }: CallOptions,
  ): Promise<HttpResult> {
    const doing = wordsFor(call);
    for (let isRenewed = false; ; isRenewed = true) {
      const visit = { service: call.service, doing, priority, signal, patienceMs };
      const { result, isToRenew } = await gate.pass(visit, async () => {
        const headers = await authorise(call);
        signal?.throwIfAborted();
        // Here, because a token may have taken its time, and so may its turn and the first try.
        if (notAfter !== null && Date.now() > Date.parse(notAfter)) {
          throw new TooLateError(`${doing}: not sent, ${notAfter} has passed`);
        }
        return sendNow(call, headers, { timeoutMs, signal, isRenewed });
      });
      // The gateway turned it away before the service saw it: the one answer after which even a
      // submit may be sent again.
      if (!isToRenew) return result;
    }
  }

  function authorise(call: CloudCall) {
    const { service, scope, method, path, query = {}, body = null } = call;
    const url = urlOf(service, scope, path, query);
    const plain: Record<string, string> =
      body === null ? {} : { 'content-type': 'application/json' };
    return credentials.authorise(scope, { method, url, query, headers: plain, body });
  }

  async function sendNow(
    call: CloudCall,
    headers: Readonly<Record<string, string>>,
    options: {
      readonly timeoutMs: number;
      readonly signal?: AbortSignal;
      readonly isRenewed: boolean;
    },
  ): Promise<Visited<{ readonly result: HttpResult; readonly isToRenew: boolean }>> {
    const { service, scope, doing, method, path, query = {}, body = null } = call;
    const { timeoutMs, signal, isRenewed } = options;
    const url = urlOf(service, scope, path, query);
    const text = body === null ? null : JSON.stringify(body);
    const { redact } = credentials;
    const result = await exchange({
      method,
      url,
      headers,
      body: text,
      timeoutMs,
      signal,
      redact,
    });
    sayCalled(call, result);
    const isToRenew =
      !isRenewed && isOutdated(service, result) && credentials.renew(scope, headers);
    // A token's end is no refusal of ours, and what was called off says nothing of the cloud.
    const saysNothing = isToRenew || (result.kind !== 'answer' && signal?.aborted === true);
    const about = `${path}?${url.search}${text ?? ''}`;
    const verdicts = saysNothing
      ? NO_VERDICTS
      : verdictsOf({ service, doing, text: about }, result);
    return { result: { result, isToRenew }, verdicts };
  }

  function isOutdated(service: Service, result: HttpResult): boolean {
    if (result.kind !== 'answer' || isSuccess(result.answer)) return false;
    return understand(service, result.answer).class === 'token';
  }

  async function askForToken(scope: CloudScope, body: object): Promise<HttpAnswer> {
    const url = urlOf('iam', scope, '/v3/auth/tokens', { nocatalog: 'true' });
    const asked = { service: 'iam', doing: 'asking for a token', text: url.pathname } as const;
    const doing = wordsFor({ ...asked, scope });
    // As urgent as the most urgent call that may wait for it.
    const result = await gate.pass({ service: 'iam', doing, priority: 'verify' }, async () => {
      const result = await exchange({
        method: 'POST',
        url,
        headers: { 'content-type': 'application/json;charset=utf8' },
        body: JSON.stringify(body),
        timeoutMs: READ_TIMEOUT_MS,
        redact: credentials.redact,
      });
      sayCalled(asked, result);
      return { result, verdicts: verdictsOf(asked, result) };
    });
    return successOf('iam', doing, result);
  }

  function sayCalled(
    { service, doing: operation }: { readonly service: Service; readonly doing: string },
    result: HttpResult,
  ): void {
    const status = result.kind === 'answer' ? result.answer.status : result.kind;
    meter.called({ service, operation, status });
  }

  function successOf(service: Service, doing: string, result: HttpResult): HttpAnswer {
    if (result.kind !== 'answer') throw notConnected(doing, result);
    if (isSuccess(result.answer)) return result.answer;
    throw toError(doing, understand(service, result.answer));
  }

  function urlOf(
    service: Service,
    scope: CloudScope,
    path: string,
    query: Readonly<Record<string, string>>,
  ): URL {
    const endpoint = endpointOf(service, scope.region, endpoints);
    const url = new URL(`${endpoint.pathname.replace(/\/$/, '')}${path}`, endpoint);
    url.search = new URLSearchParams(query).toString();
    return url;
  }
}

/** What is being done, for messages. */
function wordsFor(call: {
  readonly service: Service;
  readonly scope: CloudScope;
  readonly doing: string;
}) {
  const { service, scope, doing } = call;
  return `${scope.cloud === undefined ? '' : `cloud ${scope.cloud}: `}${service}, ${doing}`;
}

function notConnected(doing: string, result: Exclude<HttpResult, { kind: 'answer' }>): Error {
  return new CloudUnavailableError(`${doing}: ${result.words}`, { cause: result.cause });
}

function valueOf({ content }: HttpAnswer): unknown {
  return content.kind === 'json' ? content.value : undefined;
}

/** Where an answer differs from the documents: paths and kinds only, never the data. */
function misfit({ content }: HttpAnswer, error: z.ZodError): string {
  if (content.kind === 'garbage') return content.words;
  if (content.kind === 'empty') return 'an empty body';
  const issues = error.issues.slice(0, 3).map((i) => `${i.path.join('.') || 'body'}: ${i.message}`);
  return `an answer unlike its page: ${issues.join('; ')}`;
}
