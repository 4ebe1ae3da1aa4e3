import { z } from 'zod';
import { address } from './plan-address-schema';
import { duration, kind, section, wholeNumber } from './plan-fields';
import { headers } from './plan-hooks-schema';
import { WORDS } from './plan-words';
import { NOTIFIED, type Receiver } from './receivers';

const LONGEST_MS = 60_000;

const receiver = section(
  {
    webhook: address('webhook'),
    on: z
      .array(z.enum(NOTIFIED, kind('notified')), kind('notifiedList'))
      .min(1, kind('notifiedList'))
      .default([...NOTIFIED]),
    timeout: duration('notifyTimeout', LONGEST_MS).prefault('10s'),
    retries: wholeNumber('notifyRetries', 0, 10).default(5),
    headers,
  },
  WORDS.receiver,
).transform(({ webhook, timeout, ...rest }): Receiver => ({
  url: webhook,
  timeoutMs: timeout,
  ...rest,
}));

/** Whom a plan tells what happens. Each of them is called for each event. */
export const notify = z.array(receiver, kind('list')).max(5, kind('receivers'));
