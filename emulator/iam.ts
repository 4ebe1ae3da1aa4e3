import { timingSafeEqual } from 'node:crypto';
import { credentialsOf, tokenSecret } from './access';
import { issueToken } from './auth';
import { isObject, readBody } from './body';
import { errorOf, Refusal, serviceError } from './errors';
import { hash } from './random';
import type { Call, Outcome, Route } from './route';
import { everybody, ok } from './route';
import { durationMs } from './settings';

/**
 * IAM (cloud-apis.md 6.1): tokens by password and what the vendor's clients look up by themselves.
 * Oddities: 201 and not 200; the token is in a header, not in the body; errors in Keystone's shape.
 */
export const iamRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/v3/auth/tokens',
    on: 'auth',
    open: true,
    concern: () => everybody(null),
    handle: createToken,
  },
  {
    method: 'GET',
    path: '/v3/projects',
    on: 'auth',
    concern: () => everybody(null),
    handle: listProjects,
  },
  {
    method: 'GET',
    path: '/v3/auth/domains',
    on: 'auth',
    concern: () => everybody(null),
    handle: listDomains,
  },
];

const invalid = (detail: string) => errorOf('iam', 'parameter', detail);

function createToken(call: Call): Outcome {
  const { world, nowMs } = call;
  const { seed, projectId, region } = world.origin;
  const known = credentialsOf(seed);
  const asked = readRequest(call.body);
  const isRight =
    isSame(asked.user, known.user) &&
    isSame(asked.password, known.password) &&
    isSame(asked.domain, known.domain);
  if (!isRight) {
    const words = 'The username or password is wrong.';
    throw new Refusal(serviceError('iam', 401, 'Unauthorized', words));
  }
  const isOurs = asked.project === null || [projectId, region].includes(asked.project);
  if (!isOurs)
    throw new Refusal(serviceError('iam', 401, 'Unauthorized', 'The project is not yours.'));
  const expiresAtMs = nowMs + durationMs(world.settings, 'tokenFor');
  const scope = asked.project === null ? null : projectId;
  const token = issueToken({ issuedAtMs: nowMs, expiresAtMs, projectId: scope }, tokenSecret(seed));
  return {
    status: 201,
    headers: { 'x-subject-token': token },
    body: {
      token: {
        methods: ['password'],
        expires_at: keystoneTime(expiresAtMs),
        issued_at: keystoneTime(nowMs),
        user: {
          id: hash(seed, 'user').slice(0, 32),
          name: known.user,
          domain: { id: hash(seed, 'domain').slice(0, 32), name: known.domain },
          password_expires_at: '',
        },
        ...(scope === null
          ? {}
          : { project: { id: scope, name: region, domain: { name: known.domain } } }),
        roles: [{ id: '0', name: 'te_admin' }],
        ...(call.query.nocatalog === undefined ? { catalog: [] } : {}),
      },
    },
  };
}

function readRequest(body: unknown): {
  readonly user: string;
  readonly password: string;
  readonly domain: string;
  readonly project: string | null;
} {
  const { auth } = readBody(body, { auth: 'any' }, invalid);
  const { identity, scope } = part(auth);
  const { methods, password } = part(identity);
  if (!Array.isArray(methods) || methods.join() !== 'password') {
    throw new Refusal(invalid('auth.identity.methods must be ["password"].'));
  }
  const { user } = part(password);
  const { name, password: secret, domain } = part(user);
  const domainName = part(domain).name;
  if (typeof name !== 'string' || typeof secret !== 'string' || typeof domainName !== 'string') {
    throw new Refusal(invalid('user needs name, password and domain.name.'));
  }
  const project = isObject(scope) && isObject(scope.project) ? scope.project : {};
  const wanted = project.name ?? project.id ?? null;
  return {
    user: name,
    password: secret,
    domain: domainName,
    project: typeof wanted === 'string' ? wanted : null,
  };
}

function part(value: unknown): Readonly<Record<string, unknown>> {
  if (!isObject(value)) throw new Refusal(invalid('A part of auth.identity is missing.'));
  return value;
}

function listProjects({ world, query }: Call): Outcome {
  const { projectId, region, seed } = world.origin;
  const project = {
    id: projectId,
    name: region,
    domain_id: hash(seed, 'domain').slice(0, 32),
    parent_id: hash(seed, 'domain').slice(0, 32),
    is_domain: false,
    enabled: true,
    description: '',
    links: { self: `https://iam.myhuaweicloud.com/v3/projects/${projectId}` },
  };
  const isAsked = query.name === undefined || query.name === region;
  const links = { self: 'https://iam.myhuaweicloud.com/v3/projects', next: null, previous: null };
  return ok({ projects: isAsked ? [project] : [], links });
}

function listDomains({ world }: Call): Outcome {
  const { seed } = world.origin;
  const domain = { id: hash(seed, 'domain').slice(0, 32), name: credentialsOf(seed).domain };
  const links = { self: 'https://iam.myhuaweicloud.com/v3/auth/domains' };
  return ok({ domains: [{ ...domain, enabled: true, description: '', links: {} }], links });
}

function keystoneTime(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '000Z');
}

function isSame(given: string, known: string): boolean {
  const left = Buffer.from(hash(given));
  return timingSafeEqual(left, Buffer.from(hash(known)));
}
