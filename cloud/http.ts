import ky from 'ky';

/** One request, complete with its authorisation. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** More of a body is not read; five million unless given. */
  readonly maxBodyBytes?: number;
  /** Takes secrets out of whatever text comes back: some gateways repeat the key they refuse. */
  readonly redact: (text: string) => string;
}

/** What came of it, as far as it can be told. Nothing here has been judged yet. */
export type HttpResult =
  | { readonly kind: 'answer'; readonly answer: HttpAnswer }
  /** No connection was made: certainly without effect. */
  | { readonly kind: 'notSent'; readonly words: string; readonly cause: Error }
  /** Cut or timed out when it may have been sent: the effect is not known. */
  | { readonly kind: 'lost'; readonly words: string; readonly cause: Error };

/** An HTTP answer, read to its end or given up for its size. */
export interface HttpAnswer {
  readonly status: number;
  /** As they came: they hold the token of an answer of IAM. */
  readonly headers: Headers;
  /** The cloud's id of the request, for a question to its support. */
  readonly requestId: string | null;
  readonly content: Content;
}

/** A body. `garbage` is what is not JSON, or more than we read. */
export type Content =
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'empty' }
  | { readonly kind: 'garbage'; readonly words: string };

// The largest honest answer is a page of 100 instances, some hundred kilobytes.
const MAX_BODY_BYTES = 5_000_000;

/**
 * Sends one request, once. Never throws for what the network or the cloud does, nor when `signal`
 * ends the call: what that means depends on the kind of call, which the caller knows.
 */
export async function exchange(request: HttpRequest): Promise<HttpResult> {
  const { method, url, headers, body, timeoutMs, signal, redact } = request;
  const controller = new AbortController();
  const stop = () => controller.abort();
  let isLate = false;
  // ky's own timeout ends with the headers; a body that never ends must not hold a call for ever.
  const timer = setTimeout(() => {
    isLate = true;
    stop();
  }, timeoutMs);
  signal?.addEventListener('abort', stop);
  if (signal?.aborted) stop();
  try {
    const response = await ky(url, {
      method,
      headers: { accept: 'application/json', ...headers },
      ...(body === null ? {} : { body }),
      signal: controller.signal,
      // A submit must not be sent twice, and reads are retried where the retry is durable.
      retry: 0,
      timeout: false,
      throwHttpErrors: false,
      // A followed redirect would carry the token to wherever it points.
      redirect: 'manual',
    });
    const content = await readContent(response, request);
    const requestId = redact(response.headers.get('x-request-id') ?? '').slice(0, 100) || null;
    const answer = { status: response.status, headers: response.headers, requestId, content };
    return { kind: 'answer', answer };
  } catch (error) {
    const words = isLate ? `no answer within ${timeoutMs / 1000} s` : wordsOf(error, request);
    const kind = isNeverConnected(error) ? 'notSent' : 'lost';
    return { kind, words, cause: new Error(words) };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
  }
}

async function readContent(
  response: Response,
  { redact, maxBodyBytes = MAX_BODY_BYTES }: HttpRequest,
): Promise<Content> {
  const text = await readText(response, maxBodyBytes);
  if (text === null) return { kind: 'garbage', words: `a body over ${maxBodyBytes / 1e6} MB` };
  if (text.trim() === '') return { kind: 'empty' };
  try {
    return { kind: 'json', value: parse(text, redact) };
  } catch {
    const type = response.headers.get('content-type')?.split(';')[0] ?? 'no content type';
    return { kind: 'garbage', words: `a body that is not JSON (${redact(type).slice(0, 50)})` };
  }
}

/** Values only: a name that our schemas ask for is none of the cloud's words. */
function parse(text: string, redact: HttpRequest['redact']): unknown {
  // Nothing is escaped, and there is no secret in all of it: a page of a list is large, and most are so.
  if (!text.includes('\\') && redact(text) === text) return JSON.parse(text);
  return JSON.parse(text, (_key, value: unknown) =>
    typeof value === 'string' ? redact(value) : value,
  );
}

/** Null when there is more of it than an honest answer has. */
async function readText(response: Response, maxBytes: number): Promise<string | null> {
  if (Number(response.headers.get('content-length')) > maxBytes) {
    await response.body?.cancel();
    return null;
  }
  if (response.body === null) return '';
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  // Counted after decompression: a small answer may unpack to a very large one.
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength;
    // Leaving the loop cancels the body.
    if (bytes > maxBytes) return null;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** Codes that say by themselves that no connection was made. */
const NEVER_CONNECTED = /^(ECONNREFUSED|ENOTFOUND|EAI_\w+|UND_ERR_CONNECT_TIMEOUT)$/;
/** A certificate that we do not accept ends the connection before the request is written. */
const BAD_CERTIFICATE = /^(ERR_TLS_\w+|CERT_\w+|\w*SELF_SIGNED\w*|UNABLE_TO_\w+)$/;

function isNeverConnected(error: unknown): boolean {
  const failures = leaves(error);
  return failures.length > 0 && failures.every(isConnectFailure);
}

function isConnectFailure({ code, syscall }: Failure): boolean {
  if (syscall === 'connect' || syscall === 'getaddrinfo') return true;
  return code !== undefined && (NEVER_CONNECTED.test(code) || BAD_CERTIFICATE.test(code));
}

interface Failure {
  readonly code?: string;
  readonly syscall?: string;
  readonly cause?: unknown;
  readonly errors?: unknown;
}

/** What is at the bottom of an error: fetch wraps, and a name with several addresses fails several times. */
function leaves(error: unknown): readonly Failure[] {
  if (typeof error !== 'object' || error === null) return [];
  const { cause, errors } = error as Failure;
  if (Array.isArray(errors) && errors.length > 0) return errors.flatMap(leaves);
  return cause === undefined ? [error] : leaves(cause);
}

/**
 * Codes only: an error's own message may quote a header that could not be sent, and with it a key.
 */
function wordsOf(error: unknown, { signal, url }: HttpRequest): string {
  if (signal?.aborted) return 'called off';
  const codes = leaves(error).flatMap(({ code }) => (typeof code === 'string' ? [code] : []));
  const [code] = codes;
  const failed = `connection to ${url.origin} failed`;
  return code === undefined ? failed : `${failed}: ${code}`;
}
