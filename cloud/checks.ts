import type { Check, PrometheusCheck } from '../rollout/frozen-plan';
import type { Redact, Seen } from '../rollout/health';
import { resolveCall } from './addresses';
import type { CallOptions } from './family';
import type { Content, HttpAnswer } from './http';
import { exchange } from './http';
import { readSamples } from './prometheus';
import type { SecretOf } from './placeholders';

/** What one check saw, and how to keep its secrets out of what is said of it. */
export interface Probed {
  readonly seen: Seen;
  readonly redact: Redact;
}

/** Makes one check, once. Never throws for what the endpoint or the network does. */
export type Probe = (check: Check, options?: CallOptions) => Promise<Probed>;

export interface ProbeSettings {
  readonly secret: SecretOf;
  readonly timeoutMs?: number;
  readonly maxBodyBytes?: number;
}

// A health page that takes longer is not well; the look's own limit is in workflows/queues.ts.
const TIMEOUT_MS = 10_000;
// A health page is small; a query that gives more than this asks for more than health.
const MAX_BODY_BYTES = 1_000_000;

/**
 * Health checks over HTTP. One try each: the next look is the retry. Redirects are not followed, for
 * a login page would answer 200 for a service that is down, and what the address holds would be
 * carried to wherever it points; a plan may expect the redirect's own status.
 */
export function createProbe(settings: ProbeSettings): Probe {
  const { secret, timeoutMs = TIMEOUT_MS, maxBodyBytes = MAX_BODY_BYTES } = settings;

  return async function probe(check, { signal } = {}) {
    const queries = check.kind === 'prometheus' ? [check.query] : [];
    const given = { url: check.url, texts: queries, undone: 'nothing was checked' };
    const resolved = resolveCall(secret, given);
    const { redact } = resolved;
    if (resolved.problem !== null) {
      return { seen: { kind: 'nothing', words: resolved.problem }, redact };
    }
    const { address, texts } = resolved;
    const [query] = texts;
    const url = query === undefined ? address.url : queryUrl(address.url, query);
    const from = redact(url.origin);
    const result = await exchange({
      method: 'GET',
      url,
      headers: {
        accept: 'application/json, */*;q=0.5',
        'user-agent': 'upwave',
        ...address.headers,
      },
      body: null,
      timeoutMs,
      maxBodyBytes,
      // Values are compared as they came; what is said of them is redacted afterwards.
      redact: (text) => text,
      ...(signal === undefined ? {} : { signal }),
    });
    if (result.kind !== 'answer') {
      const words = result.words.replace(url.origin, from);
      const named = words.includes(from) ? words : `${from}: ${words}`;
      return { seen: { kind: 'nothing', words: named }, redact };
    }
    const seen =
      check.kind === 'http'
        ? seenOf(from, result.answer)
        : readSamples({ from, answer: result.answer, redact, isOpen: isOpen(check) });
    return { seen, redact };
  };
}

function queryUrl(server: URL, query: string): URL {
  const url = new URL(server);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/api/v1/query`;
  url.searchParams.set('query', query);
  return url;
}

/** The server's own words about a query often quote it, and with it half a secret. */
function isOpen({ query, url }: PrometheusCheck): boolean {
  return !query.includes('${secret:') && !url.includes('${secret:');
}

function seenOf(from: string, { status, content }: HttpAnswer): Seen {
  return { kind: 'answer', from, status, body: bodyOf(content) };
}

function bodyOf(content: Content): Extract<Seen, { readonly kind: 'answer' }>['body'] {
  switch (content.kind) {
    case 'json':
      return { json: content.value };
    case 'empty':
      return { unreadable: 'an empty body' };
    case 'garbage':
      // Without the type of content in brackets: it is the endpoint's own word, and cut short.
      return { unreadable: content.words.replace(/ \(.*$/s, '') };
  }
}
