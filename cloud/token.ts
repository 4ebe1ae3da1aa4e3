import { z } from 'zod';
import type { CloudScope } from '../rollout/upgrade';
import { UnexpectedAnswerError } from './errors';
import type { HttpAnswer } from './http';
import type { CredentialSettings } from './settings';
import { parseInstant } from './times';

/**
 * Obtaining a User Token Through Password Authentication (KeystoneCreateUserTokenByPassword).
 *
 * - the token is in the header `X-Subject-Token`; the body only says how long it lives
 * - the answer is 201
 * - a new token does not end the former one
 */
const TokenAnswer = z.object({
  token: z.object({ issued_at: z.string().nullish(), expires_at: z.string() }),
});

/** Tokens, fetched when needed. */
export interface TokenSource {
  /** The token for a project: from the cache, or one fetched for all who ask meanwhile. */
  get(scope: CloudScope): Promise<string>;
  /** Forgets this very token; one that was fetched since then is kept. */
  drop(scope: CloudScope, token: string): void;
}

/** Sends the body of a token request to the region's IAM; throws the errors of `errors.ts`. */
export type AskForToken = (scope: CloudScope, body: object) => Promise<HttpAnswer>;

interface Held {
  readonly token: string;
  readonly renewAtMs: number;
}

// Long enough for every call begun with the token to be over before it ends.
const RENEW_BEFORE_MS = 10 * 60_000;
const DEFAULT_LIFE_MS = 24 * 3_600_000;

/** Keeps one token per project, renews it before it ends, and never asks twice at a time. */
export function createTokenSource(
  account: Extract<CredentialSettings, { kind: 'password' }>,
  ask: AskForToken,
): TokenSource {
  const held = new Map<string, Held>();
  const asking = new Map<string, Promise<string>>();

  return { get, drop };

  async function get(scope: CloudScope): Promise<string> {
    const key = keyOf(scope);
    const known = held.get(key);
    if (known !== undefined && Date.now() < known.renewAtMs) return known.token;
    const underWay = asking.get(key);
    if (underWay !== undefined) return underWay;

    const request = fetchToken(scope, key).finally(() => asking.delete(key));
    asking.set(key, request);
    return request;
  }

  async function fetchToken(scope: CloudScope, key: string): Promise<string> {
    const askedAtMs = Date.now();
    const { token, lifeMs } = readToken(await ask(scope, requestBody(account, scope)));
    // Counted from our own clock, so that a skewed one does not shorten or stretch its life.
    const renewAtMs = askedAtMs + lifeMs - Math.min(RENEW_BEFORE_MS, lifeMs / 5);
    held.set(key, { token, renewAtMs });
    return token;
  }

  function drop(scope: CloudScope, token: string): void {
    const key = keyOf(scope);
    if (held.get(key)?.token === token) held.delete(key);
  }
}

function keyOf({ region, projectId }: CloudScope): string {
  return `${region}/${projectId}`;
}

function requestBody(
  { user, password, domain }: Extract<CredentialSettings, { kind: 'password' }>,
  { projectId }: CloudScope,
): object {
  return {
    auth: {
      identity: {
        methods: ['password'],
        password: { user: { name: user, password, domain: { name: domain } } },
      },
      // By id and not by name: a region's sub-projects have names that a plan does not say.
      scope: { project: { id: projectId } },
    },
  };
}

function readToken({ headers, content }: HttpAnswer): {
  readonly token: string;
  readonly lifeMs: number;
} {
  const token = headers.get('x-subject-token');
  const parsed = TokenAnswer.safeParse(content.kind === 'json' ? content.value : null);
  if (token === null || token === '' || !parsed.success) {
    throw new UnexpectedAnswerError('asking IAM for a token: an answer without a token');
  }
  const { issued_at, expires_at } = parsed.data.token;
  const expiresAtMs = parseInstant(expires_at);
  const issuedAtMs = parseInstant(issued_at) ?? Date.now();
  const lifeMs = expiresAtMs === null ? 0 : expiresAtMs - issuedAtMs;
  // Without a life that can be believed it is used until it is refused, and not fetched for each call.
  return { token, lifeMs: lifeMs > 0 ? lifeMs : DEFAULT_LIFE_MS };
}
