import { z } from 'zod';
import type { Hook } from './frozen-plan';
import { address, hasWholePlaceholders } from './plan-address-schema';
import { duration, kind, section, text, wholeNumber } from './plan-fields';
import { WORDS } from './plan-words';

const LONGEST_MS = 600_000;

// Names that HTTP or upwave itself gives a meaning; in small letters.
const OURS = [
  'connection',
  'content-length',
  'content-type',
  'expect',
  'host',
  'idempotency-key',
  'transfer-encoding',
  'upgrade',
  'user-agent',
  'x-upwave-signature',
  'x-upwave-timestamp',
];

const headerValue = text('header')
  // What no header can hold: a call with it would fail on every try.
  .refine((given) => /^[\t\x20-\x7e]+$/.test(given), { ...kind('header'), abort: true })
  .refine(hasWholePlaceholders, kind('header'));

/** Headers that a plan gives to a webhook's calls, beside those that are upwave's own. */
export const headers = z
  .record(z.string(), headerValue, kind('section'))
  .superRefine((given, context) => {
    for (const name of Object.keys(given)) {
      if (/^[A-Za-z0-9-]+$/.test(name) && !OURS.includes(name.toLowerCase())) continue;
      context.addIssue({ code: 'custom', message: 'headerName', path: [name], input: name });
    }
  })
  .default({});

const common = {
  webhook: address('webhook'),
  timeout: duration('hookTimeout', LONGEST_MS).prefault('10s'),
  retries: wholeNumber('retries', 0, 100).default(3),
  headers,
};

const before = section(
  { ...common, undo: address('webhook').nullable().default(null) },
  WORDS.before,
);
const after = section({ ...common, undo: z.never(kind('afterUndo')).optional() }, WORDS.after);

/** Each attempt carries its hooks, and a wave has 500 of them. */
function several<T extends z.ZodType>(hook: T) {
  return z.array(hook, kind('list')).max(5, kind('hooks')).default([]);
}

function toHook({ webhook, undo, timeout, ...rest }: z.infer<typeof before>): Hook {
  return { url: webhook, undo, timeoutMs: timeout, ...rest };
}

/** What each attempt calls before its request and after an upgrade that went well, in a plan. */
export const hooks = section(
  {
    before: several(before.transform(toHook)),
    after: several(after.transform((hook) => toHook({ ...hook, undo: null }))),
  },
  WORDS.hooks,
);
