import { createHmac } from 'node:crypto';
import type { Hook } from '../rollout/frozen-plan';
import type { Notification } from '../rollout/notify';
import type { AttemptEnd, ReasonCode } from '../rollout/outcome';
import type { ReportedPlace } from '../rollout/report';
import { resolveCall } from './addresses';
import type { CallOptions } from './family';
import { exchange } from './http';
import type { SecretOf } from './placeholders';

/** What a hook is told, as JSON. Its fields are a contract: docs/operations.md, "Hooks". */
export interface HookEvent {
  readonly event: 'before' | 'after' | 'undo';
  readonly rolloutId: string;
  /** The wave's name. */
  readonly wave: string;
  readonly target: ReportedPlace;
  /** One for all calls of an attempt; another attempt at the same target has another one. */
  readonly attemptId: string;
  /** The version to be reached. */
  readonly wanted: string;
  /** How the attempt ended; null for `before`. */
  readonly outcome: { readonly result: AttemptEnd; readonly reason: ReasonCode } | null;
}

export interface WebhookCall extends Pick<Hook, 'url' | 'timeoutMs' | 'headers'> {
  /** The same for each try of one call. */
  readonly idempotencyKey: string;
  /** What is told. */
  readonly event: HookEvent | Notification;
}

/** Null: done. Else why not, in words that show scheme and host of the address alone. */
export type CallWebhook = (call: WebhookCall, options?: CallOptions) => Promise<string | null>;

export interface WebhookSettings {
  readonly secret: SecretOf;
  /** With which calls are signed; null: they are not. */
  readonly signingKey: string | null;
}

// Nothing in the answer is used: this is only how much is read to be polite.
const MAX_BODY_BYTES = 64_000;

/**
 * Makes webhook calls, each once: the activity's retry is the retry. An answer of 2xx is done. Redirects
 * are not followed, for they would carry the headers' secrets to wherever they point. Never throws
 * for what an endpoint or the network does.
 */
export function createWebhooks({ secret, signingKey }: WebhookSettings): CallWebhook {
  return async function callWebhook(call, { signal } = {}) {
    const names = Object.keys(call.headers);
    const given = names.map((name) => call.headers[name] ?? '');
    const called = { url: call.url, texts: given, undone: 'nothing was called' };
    const resolved = resolveCall(secret, called);
    if (resolved.problem !== null) return resolved.problem;

    const { redact, address: target, texts: values } = resolved;
    const body = JSON.stringify(call.event);
    const own = Object.fromEntries(names.map((name, i) => [name.toLowerCase(), values[i] ?? '']));
    const from = redact(target.url.origin);
    const result = await exchange({
      method: 'POST',
      url: target.url,
      headers: {
        ...target.headers,
        ...own,
        'content-type': 'application/json',
        'user-agent': 'upwave',
        'idempotency-key': call.idempotencyKey,
        ...signatureOf(body, signingKey, Date.now()),
      },
      body,
      timeoutMs: call.timeoutMs,
      maxBodyBytes: MAX_BODY_BYTES,
      redact,
      ...(signal === undefined ? {} : { signal }),
    });
    if (result.kind === 'answer') {
      const { status } = result.answer;
      return status >= 200 && status < 300 ? null : `${from} answered ${status}`;
    }
    const words = result.words.replace(target.url.origin, from);
    return words.includes(from) ? words : `${from}: ${words}`;
  };
}

/**
 * The HMAC is of `<timestamp>.<body>`, so that who has recorded a call cannot send it again later:
 * receivers refuse old timestamps. Seconds since 1970.
 */
function signatureOf(body: string, key: string | null, nowMs: number): Record<string, string> {
  if (key === null) return {};
  const timestamp = String(Math.floor(nowMs / 1000));
  const hmac = createHmac('sha256', key).update(`${timestamp}.${body}`).digest('hex');
  return { 'x-upwave-timestamp': timestamp, 'x-upwave-signature': `sha256=${hmac}` };
}
