import { AKSKSigner } from '@huaweicloud/huaweicloud-sdk-core/auth/AKSKSigner';

/** What a signature covers. */
export interface SignableRequest {
  readonly method: string;
  readonly url: URL;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  /** The object whose JSON is sent; null for none. */
  readonly body: object | null;
}

/**
 * The request's headers with `X-Sdk-Date` and the `SDK-HMAC-SHA256` authorisation, by the vendor's
 * own signer. `host` is signed but not among them: it is sent by the HTTP client.
 */
export function signRequest(
  { method, url, query, headers, body }: SignableRequest,
  keys: { readonly ak: string; readonly sk: string },
): Record<string, string> {
  const notUsed = () => Promise.reject(new Error('the signer needs the keys only'));
  const signed: Record<string, unknown> = {
    ...AKSKSigner.sign(
      {
        method,
        endpoint: `${url.origin}${url.pathname}`,
        queryParams: query,
        headers,
        ...(body === null ? {} : { data: body }),
      },
      {
        getAk: () => keys.ak,
        getSk: () => keys.sk,
        processAuthRequest: notUsed,
        processAuthParams: notUsed,
      },
    ),
  };
  return Object.fromEntries(
    Object.entries(signed).flatMap(([name, value]) =>
      name.toLowerCase() === 'host' || typeof value !== 'string' ? [] : [[name, value]],
    ),
  );
}
