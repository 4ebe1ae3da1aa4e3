import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** The parts of a request that a signature covers. */
export interface SignedRequest {
  readonly method: string;
  /** Path and query as they came over the wire. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** The fields of `Authorization: SDK-HMAC-SHA256 …`. */
export interface Authorization {
  readonly access: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

const algorithm = 'SDK-HMAC-SHA256';

/** Undefined if the header is not of the documented form (API signing guide, cloud-apis.md 6.2). */
export function readAuthorization(header: string): Authorization | undefined {
  const form =
    /^SDK-HMAC-SHA256 Access=([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/;
  const [, access, names, signature] = form.exec(header) ?? [];
  if (access === undefined || names === undefined || signature === undefined) return undefined;
  return { access, signedHeaders: names.split(';'), signature };
}

/** The text whose hash is signed (6.2, step 1). */
export function canonicalRequest(request: SignedRequest, signedHeaders: readonly string[]): string {
  const [path = '/', query = ''] = splitOnce(request.url, '?');
  const headers = signedHeaders.map((name) => `${name}:${headerText(request.headers, name)}\n`);
  return [
    request.method,
    canonicalUri(path),
    canonicalQuery(query),
    headers.join(''),
    signedHeaders.join(';'),
    payloadHash(request, signedHeaders),
  ].join('\n');
}

/** The signature of a request (6.2, steps 2 and 3). */
export function signatureOf(
  request: SignedRequest,
  signedHeaders: readonly string[],
  secret: string,
): string {
  const date = headerText(request.headers, 'x-sdk-date');
  const text = `${algorithm}\n${date}\n${sha256(canonicalRequest(request, signedHeaders))}`;
  return createHmac('sha256', secret).update(text).digest('hex');
}

/** Why the gateway refuses the signature; undefined: it is good. */
export function problemOfSignature(
  request: SignedRequest,
  authorization: Authorization,
  known: {
    readonly ak: string;
    readonly sk: string;
    readonly nowMs: number;
    readonly skewMs: number;
  },
): string | undefined {
  const { signedHeaders } = authorization;
  if (authorization.access !== known.ak) return 'app not found';
  if (!['host', 'x-sdk-date'].every((name) => signedHeaders.includes(name))) {
    return 'verify aksk signature fail, host and x-sdk-date must be signed';
  }
  const sentMs = parseSdkDate(headerText(request.headers, 'x-sdk-date'));
  if (sentMs === undefined) return 'verify aksk signature fail, x-sdk-date is invalid';
  if (Math.abs(known.nowMs - sentMs) > known.skewMs)
    return 'verify aksk signature fail, signature expired';
  const expected = Buffer.from(signatureOf(request, signedHeaders, known.sk));
  const given = Buffer.from(authorization.signature);
  const equal = expected.length === given.length && timingSafeEqual(expected, given);
  return equal ? undefined : 'verify aksk signature fail';
}

/** What a token says; it carries its own proof, so a restart forgets none. */
export interface Token {
  readonly issuedAtMs: number;
  readonly expiresAtMs: number;
  /** Null: not scoped to a project. */
  readonly projectId: string | null;
}

/** A token as `X-Subject-Token` carries it. */
export function issueToken(token: Token, secret: string): string {
  const content = Buffer.from(JSON.stringify(token)).toString('base64url');
  return `MII${content}.${tokenProof(content, secret)}`;
}

/** Undefined if it was not issued here; whether it has run out is the caller's question. */
export function readToken(text: string, secret: string): Token | undefined {
  const [, content, proof] = /^MII([\w-]+)\.([\w-]+)$/.exec(text) ?? [];
  if (content === undefined || proof === undefined) return undefined;
  const expected = Buffer.from(tokenProof(content, secret));
  const given = Buffer.from(proof);
  if (expected.length !== given.length || !timingSafeEqual(expected, given)) return undefined;
  return JSON.parse(Buffer.from(content, 'base64url').toString()) as Token;
}

function tokenProof(content: string, secret: string): string {
  return createHmac('sha256', secret).update(`token ${content}`).digest('base64url');
}

function canonicalUri(path: string): string {
  const encoded = path.split('/').map((segment) => encode(decode(segment)));
  const uri = encoded.join('/');
  // For signing only: the request itself has no slash at its end.
  return uri.endsWith('/') ? uri : `${uri}/`;
}

function canonicalQuery(query: string): string {
  if (query === '') return '';
  const pairs = query.split('&').map((pair) => {
    // A plus is a space in a query, here as where the parameters are read.
    const [key = '', value = ''] = splitOnce(pair.replaceAll('+', ' '), '=');
    return [encode(decode(key)), encode(decode(value))] as const;
  });
  const order = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
  return [...pairs]
    .sort((a, b) => order(a[0], b[0]) || order(a[1], b[1]))
    .map(([key, value]) => `${key}=${value}`)
    .join('&');
}

function payloadHash(request: SignedRequest, signedHeaders: readonly string[]): string {
  const named = signedHeaders.includes('x-sdk-content-sha256')
    ? headerText(request.headers, 'x-sdk-content-sha256')
    : '';
  return named === 'UNSIGNED-PAYLOAD' ? named : sha256(request.body);
}

function headerText(headers: IncomingHttpHeaders, name: string): string {
  const value = headers[name] ?? '';
  return (Array.isArray(value) ? value.join(',') : value).trim();
}

function parseSdkDate(text: string): number | undefined {
  const form = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/;
  const ms = Date.parse(text.replace(form, '$1-$2-$3T$4:$5:$6Z'));
  return form.test(text) && !Number.isNaN(ms) ? ms : undefined;
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A stray % is signed as it stands.
    return text;
  }
}

function splitOnce(text: string, separator: string): readonly string[] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
