import type { Redact } from '../rollout/health';
import { basicPair, resolveSecrets } from './placeholders';
import type { SecretOf } from './placeholders';

/** An address of a plan whose secrets are filled in. */
export interface Address {
  readonly url: URL;
  /** The authorisation that stood in the address. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * User and password of an address go where HTTP wants them; fetch refuses them in the address. Null:
 * what the secrets gave is no address of http or https.
 */
function addressOf(text: string): Address | null {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return null;
  const url = new URL(text);
  const pair = basicPair(url.username, url.password);
  if (pair === null) return { url, headers: {} };
  url.username = '';
  url.password = '';
  return { url, headers: { authorization: `Basic ${pair}` } };
}

/** A call with its secrets filled in; or why it cannot be made, in words for a person. */
export type Resolution = { readonly redact: Redact } & (
  | { readonly problem: string }
  | { readonly problem: null; readonly address: Address; readonly texts: readonly string[] }
);

/** Fills in the secrets of an address, and of the other `texts` of its call. */
export function resolveCall(
  secret: SecretOf,
  {
    url,
    texts,
    undone,
  }: {
    readonly url: string;
    readonly texts: readonly string[];
    /** Said of a call that cannot be made: "nothing was checked". */
    readonly undone: string;
  },
): Resolution {
  const { missing, texts: resolved, redact } = resolveSecrets(secret, url, ...texts);
  if (missing.length > 0) {
    return { redact, problem: `${missing.join(' and ')} not set where the worker runs: ${undone}` };
  }
  const [first = '', ...others] = resolved;
  const address = addressOf(first);
  return address === null
    ? { redact, problem: `the secrets give no http or https address: ${undone}` }
    : { redact, problem: null, address, texts: others };
}
