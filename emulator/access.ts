import type { FastifyRequest } from 'fastify';
import { problemOfSignature, readAuthorization, readToken } from './auth';
import type { Answer } from './errors';
import { errorOf, staleToken, unauthenticated } from './errors';
import { hash } from './random';
import type { Call } from './route';
import { durationMs } from './settings';
import type { Change, Service } from './types';
import type { World } from './world';

/** What the access page tells and a client needs. */
export interface Credentials {
  readonly ak: string;
  readonly sk: string;
  readonly user: string;
  readonly password: string;
  readonly domain: string;
}

/** The credentials of a seed; they open nothing but this emulator. */
export function credentialsOf(seed: string): Credentials {
  return {
    ak: `EMU${hash(seed, 'ak').slice(0, 17).toUpperCase()}`,
    sk: hash(seed, 'sk').slice(0, 40),
    user: 'upwave-operator',
    password: `Emu-${hash(seed, 'password').slice(0, 16)}`,
    domain: 'upwave-domain',
  };
}

/** The key that tokens are proven with. */
export function tokenSecret(seed: string): string {
  return hash(seed, 'token');
}

interface Verdict {
  readonly refused?: Answer;
  readonly changes: readonly Change[];
}

/** The gateway's answer to a call's credentials: AK/SK signature or token (cloud-apis.md section 6). */
export function authenticate(
  world: World,
  service: Service,
  request: FastifyRequest,
  call: Call,
): Verdict {
  const signed = request.headers.authorization;
  const token = request.headers['x-auth-token'];
  if (signed !== undefined) return bySignature(world, request, call, signed);
  if (typeof token !== 'string') {
    return { refused: unauthenticated('x-auth-token not found', call.requestId), changes: [] };
  }
  const read = readToken(token, tokenSecret(world.origin.seed));
  if (read === undefined || read.expiresAtMs <= call.nowMs) {
    return { refused: staleToken(call.requestId), changes: [] };
  }
  if (service !== 'iam' && read.projectId !== world.origin.projectId) {
    const refused = errorOf(service, 'forbidden', 'The token is not scoped to the project.');
    return { refused, changes: [] };
  }
  return { changes: [] };
}

function bySignature(world: World, request: FastifyRequest, call: Call, header: string): Verdict {
  const { requestId, nowMs } = call;
  const { settings, lock } = world;
  const { ak, sk } = credentialsOf(world.origin.seed);
  const authorization = readAuthorization(header);
  if (authorization === undefined) {
    return { refused: unauthenticated('decode authorization header fail', requestId), changes: [] };
  }
  if (authorization.access !== ak) {
    return { refused: unauthenticated('app not found', requestId), changes: [] };
  }
  if (lock.until !== null && nowMs < Date.parse(lock.until)) {
    return { refused: unauthenticated('the access key is locked', requestId), changes: [] };
  }
  const problem = problemOfSignature(
    {
      method: request.method,
      url: request.url,
      headers: request.headers,
      body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
    },
    authorization,
    { ak, sk, nowMs, skewMs: durationMs(settings, 'clockSkew') },
  );
  if (problem === undefined) {
    const clean = lock.failures === 0 && lock.until === null;
    return { changes: clean ? [] : [{ kind: 'lock', failures: 0, until: null }] };
  }
  // A lock that has run out starts the count anew.
  const failures = (lock.until === null ? lock.failures : 0) + 1;
  const isLocked = failures > Number(settings.lockAfter);
  const until = isLocked ? new Date(nowMs + durationMs(settings, 'lockFor')).toISOString() : null;
  return {
    refused: unauthenticated(problem, requestId),
    changes: [{ kind: 'lock', failures: isLocked ? 0 : failures, until }],
  };
}
