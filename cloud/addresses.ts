import { basicPair } from './placeholders';

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
export function addressOf(text: string): Address | null {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return null;
  const url = new URL(text);
  const pair = basicPair(url.username, url.password);
  if (pair === null) return { url, headers: {} };
  url.username = '';
  url.password = '';
  return { url, headers: { authorization: `Basic ${pair}` } };
}
