import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { authenticate } from './access';
import type { Answer } from './errors';
import { errorOf, faultAnswer, gatewayError, noSuchApi, Refusal } from './errors';
import { decideCallFault } from './faults';
import { redacted } from './journal';
import type { Call, Outcome, Route } from './route';
import { durationMs } from './settings';
import type { Store } from './store';
import { commit, settle } from './store';
import type { CallFault, Change, Service } from './types';
import { faultState } from './world';

/** One listener's part in the emulator. */
export interface Mount {
  readonly service: Service;
  readonly store: Store;
  /** Called after each call, for it may have changed what happens next. */
  readonly afterCall: () => void;
}

interface Decided {
  readonly outcome: Outcome;
  readonly fault: CallFault | null;
  /** What changed though the call may have failed: counters, the lock of the key. */
  readonly changes: readonly Change[];
}

/** Puts a service's calls on a listener; any other path is the gateway's 404. */
export function mount(app: FastifyInstance, to: Mount, routes: readonly Route[]): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  for (const route of routes) {
    app.route({
      method: route.method,
      url: route.path,
      handler: (request, reply) =>
        answer(to, request, reply, (call) => decide(to, request, route, call)),
    });
  }
  app.setNotFoundHandler((request, reply) =>
    answer(to, request, reply, ({ requestId }) => without(noSuchApi(requestId))),
  );
  app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    const status = error.statusCode ?? 500;
    const code = status < 500 ? 'APIGW.0201' : 'APIGW.9999';
    const wrong = gatewayError(status, code, `Bad request: ${error.message}`, randomUUID());
    return reply.code(status).send(wrong.body);
  });
}

async function answer(
  { service, store, afterCall }: Mount,
  request: FastifyRequest,
  reply: FastifyReply,
  decision: (call: Call) => Decided,
): Promise<void> {
  const nowMs = Date.now();
  settle(store, nowMs);
  const call = callOf(store, request, nowMs);
  const { outcome, fault, changes } = decision(call);
  const isLost = fault === 'lostAfter' || fault === 'lostBefore';
  commit(store, {
    entry: {
      at: new Date(nowMs).toISOString(),
      service,
      method: request.method,
      path: pathOf(request),
      query: redacted(call.query) as Readonly<Record<string, string>>,
      body:
        service === 'iam' && call.body !== undefined ? '[redacted]' : redacted(call.body ?? null),
      status: isLost ? null : outcome.status,
      fault,
      effects: outcome.effects ?? [],
    },
    changes: [...changes, ...(outcome.changes ?? [])],
  });
  afterCall();
  if (isLost) {
    reply.hijack();
    request.raw.socket.destroy();
    return;
  }
  // Unreferenced, so that an answer still waiting does not hold up the end of the program.
  if (fault === 'slow') {
    await sleep(durationMs(store.world.settings, 'slowFor'), undefined, { ref: false });
  }
  const isText = typeof outcome.body === 'string';
  const type = isText ? 'text/plain; charset=utf-8' : 'application/json;charset=utf-8';
  const headers = { 'content-type': type, ...outcome.headers };
  const content = isText ? outcome.body : JSON.stringify(outcome.body);
  reply.code(outcome.status).headers({ 'x-request-id': call.requestId, ...headers });
  await reply.send(content);
}

/** Gateway first, then the fault, then the service itself. */
function decide(to: Mount, request: FastifyRequest, route: Route, call: Call): Decided {
  const { service, store } = to;
  const { world } = store;
  const { requestId } = call;
  const access =
    route.open === true ? { changes: [] } : authenticate(world, service, request, call);
  const stop = access.refused ?? gatewayProblem(service, world.origin.projectId, request, call);
  if (stop !== undefined) return { ...without(stop), changes: access.changes };
  const luck = decideCallFault(faultState(world), route.concern(call), route.on);
  const changes = [...access.changes, ...luck.changes];
  const { fault } = luck;
  const retryAfter = world.settings.retryAfter;
  const instead = fault === null ? null : faultAnswer(service, fault, { requestId, retryAfter });
  if (fault === 'reject' && route.reject !== undefined) {
    return { outcome: route.reject(call), fault, changes };
  }
  if (instead !== null) return { outcome: instead, fault, changes };
  if (fault === 'lostBefore') return { outcome: { status: 0, body: null }, fault, changes };
  return { outcome: handled(route, call), fault, changes };
}

function handled(route: Route, call: Call): Outcome {
  try {
    return route.handle(call);
  } catch (error) {
    if (error instanceof Refusal) return error.answer;
    throw error;
  }
}

function gatewayProblem(
  service: Service,
  projectId: string,
  request: FastifyRequest,
  { params, body, requestId }: Call,
): Answer | undefined {
  if (params.project_id !== undefined && params.project_id !== projectId) {
    return errorOf(service, 'forbidden', 'The project is not yours.');
  }
  const isSent = Buffer.isBuffer(request.body) && request.body.length > 0;
  const isJson = (request.headers['content-type'] ?? '').startsWith('application/json');
  if (isSent && !isJson) {
    return gatewayError(
      400,
      'APIGW.0201',
      'Bad request: Content-Type must be application/json.',
      requestId,
    );
  }
  if (body === unreadable) {
    return gatewayError(400, 'APIGW.0201', 'Bad request: the body is not JSON.', requestId);
  }
  return undefined;
}

const unreadable = '[not JSON]';

function callOf({ world }: Store, request: FastifyRequest, nowMs: number): Call {
  const search = request.url.includes('?') ? request.url.slice(request.url.indexOf('?')) : '';
  return {
    world,
    nowMs,
    params: request.params as Readonly<Record<string, string>>,
    query: queryOf(search),
    body: parseBody(request.body),
    requestId: randomUUID().replaceAll('-', ''),
  };
}

/** Several parameters of one name are a list, as one with commas is: the vendor's clients send both. */
function queryOf(search: string): Readonly<Record<string, string>> {
  const query = new URLSearchParams(search);
  return Object.fromEntries([...query.keys()].map((key) => [key, query.getAll(key).join(',')]));
}

function parseBody(raw: unknown): unknown {
  if (!Buffer.isBuffer(raw) || raw.length === 0) return undefined;
  try {
    return JSON.parse(raw.toString('utf8')) as unknown;
  } catch {
    return unreadable;
  }
}

function pathOf(request: FastifyRequest): string {
  return request.url.split('?')[0] ?? request.url;
}

function without(answered: Answer): Decided {
  return { outcome: answered, fault: null, changes: [] };
}
