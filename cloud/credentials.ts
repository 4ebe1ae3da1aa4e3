import type { CloudScope } from '../rollout/upgrade';
import type { CredentialSettings } from './settings';
import type { SignableRequest } from './signing';
import { signRequest } from './signing';
import type { AskForToken } from './token';
import { createTokenSource } from './token';

/** How requests are authorised. */
export interface Credentials {
  /** The request's headers, with those that authorise it. */
  authorise(scope: CloudScope, request: SignableRequest): Promise<Record<string, string>>;
  /**
   * The cloud called the token of these headers outdated. True if another try can get a new one;
   * with an access key there is nothing to renew.
   */
  renew(scope: CloudScope, headers: Readonly<Record<string, string>>): boolean;
  /** The text with every secret of eight characters or more blotted out. */
  readonly redact: (text: string) => string;
}

const TOKEN_HEADER = 'X-Auth-Token';

// Of each project: a plan's clouds may use several regions of one, each with a token of its own.
const TOKENS_KEPT = 10;

/** Credentials of either kind. Refuses what could not be sent in a header, without repeating it. */
export function createCredentials(settings: CredentialSettings, ask: AskForToken): Credentials {
  switch (settings.kind) {
    case 'aksk':
      assertSendable('access key', settings.ak);
      return byKey(settings);
    case 'password':
      return byPassword(settings, ask);
  }
}

function byKey({ ak, sk }: Extract<CredentialSettings, { kind: 'aksk' }>): Credentials {
  return {
    async authorise(scope, request) {
      // Needed for sub-projects; the vendor's own clients always send it.
      const headers = { ...request.headers, 'X-Project-Id': scope.projectId };
      return Promise.resolve(signRequest({ ...request, headers }, { ak, sk }));
    },
    renew: () => false,
    redact: (text) => blot(text, [ak, sk]),
  };
}

function byPassword(
  settings: Extract<CredentialSettings, { kind: 'password' }>,
  ask: AskForToken,
): Credentials {
  const tokens = createTokenSource(settings, ask);
  // The one before is still good for minutes, and a slow answer may repeat it.
  const seen = new Map<string, readonly string[]>();
  return {
    async authorise(scope, request) {
      const token = await tokens.get(scope);
      const before = seen.get(scope.projectId) ?? [];
      if (before[0] !== token) seen.set(scope.projectId, [token, ...before].slice(0, TOKENS_KEPT));
      return { ...request.headers, [TOKEN_HEADER]: token };
    },
    renew(scope, headers) {
      const token = headers[TOKEN_HEADER];
      if (token === undefined) return false;
      tokens.drop(scope, token);
      return true;
    },
    redact: (text) => blot(text, [settings.password, ...[...seen.values()].flat()]),
  };
}

// What is shorter is part of ordinary words and ids, which must stay readable; keys and tokens are
// longer, and so is every password worth the name.
const MIN_SECRET_LENGTH = 8;

function blot(text: string, secrets: readonly string[]): string {
  return secrets
    .filter((secret) => secret.length >= MIN_SECRET_LENGTH)
    .reduce((blotted, secret) => blotted.replaceAll(secret, '***'), text);
}

function assertSendable(what: string, value: string): void {
  if (!/^[\x21-\x7e]+$/.test(value)) {
    throw new Error(`the ${what} is empty or has characters that cannot be sent in a header`);
  }
}
