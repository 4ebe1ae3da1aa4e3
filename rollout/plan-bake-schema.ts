import { z } from 'zod';
import type { Bake, Check, Comparison } from './frozen-plan';
import { address, hasWholePlaceholders } from './plan-address-schema';
import { choice, duration, kind, readBy, section, text, wholeNumber } from './plan-fields';
import { WORDS } from './plan-words';
import { isMapping } from './targets-file';

const COMPARISONS = ['equal', 'notEqual', 'below', 'atMost', 'above', 'atLeast'] as const;

const value = z.union([z.string(), z.number(), z.boolean()], kind('value')).optional();
// `0.50` comes as text, because the number that it is would be written otherwise.
const number = text('number', /^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/)
  .transform(Number)
  .refine(Number.isFinite, kind('number'))
  .optional();
const comparison = {
  equal: value,
  notEqual: value,
  below: number,
  atMost: number,
  above: number,
  atLeast: number,
};

type Compared = Partial<Record<(typeof COMPARISONS)[number], Comparison['to']>>;

function comparisonIn(given: Compared): Comparison | null {
  const is = COMPARISONS.find((one) => given[one] !== undefined);
  const to = is === undefined ? undefined : given[is];
  return is === undefined || to === undefined ? null : { is, to };
}

const url = address('url');

const httpCheck = section(
  {
    http: url,
    status: wholeNumber('status', 100, 599).default(200),
    json: text(
      'jsonPath',
      /^(\$|[A-Za-z0-9_-]+|\$\.[A-Za-z0-9_-]+|\$?\[\d+\])(\.[A-Za-z0-9_-]+|\[\d+\])*$/,
    ).optional(),
    ...comparison,
  },
  WORDS.httpCheck,
).transform(({ http, status, json, ...given }): Check => {
  const compared = comparisonIn(given);
  const seen = json === undefined || compared === null ? null : { path: json, ...compared };
  return { kind: 'http', url: http, status, value: seen };
});

const prometheusCheck = section(
  {
    prometheus: url.refine((given) => !/\/api\/v1\b/.test(given), kind('prometheusUrl')),
    query: text('query').refine(hasWholePlaceholders, kind('queryPlaceholder')),
    ...comparison,
  },
  WORDS.prometheusCheck,
).transform(({ prometheus, query, ...given }): Check => {
  const compared = comparisonIn(given) ?? { is: 'equal', to: 0 };
  return { kind: 'prometheus', url: prometheus, query, ...compared };
});

/** What no field can tell alone is judged beside the fields, so that a wrong one does not hide it. */
const checkOf = choice([httpCheck, prometheusCheck], (given, context): Check => {
  if (!isMapping(given)) return readBy(httpCheck, given, context);
  const { http, prometheus, ...rest } = given;
  const signs = [http === undefined, prometheus !== undefined, 'query' in rest];
  const isPrometheus = signs.filter(Boolean).length >= 2;
  if (http !== undefined && prometheus !== undefined) {
    context.addIssue({ code: 'custom', message: 'checkKind', input: given });
  }
  const compared = COMPARISONS.filter((one) => rest[one] !== undefined).length;
  if (compared !== (isPrometheus || rest.json !== undefined ? 1 : 0)) {
    const message = isPrometheus ? 'comparison' : 'httpComparison';
    context.addIssue({ code: 'custom', message, input: given });
  }
  return isPrometheus
    ? readBy(prometheusCheck, { prometheus, ...rest }, context)
    : readBy(httpCheck, { http, ...rest }, context);
});

function borne(most: number) {
  return section(
    {
      limit: wholeNumber('retries', 0, 100).default(most),
      then: z.enum(['pause', 'abort'], kind('then')).default('pause'),
    },
    WORDS.borne,
  ).prefault({});
}

/** Watching health after a wave, in a plan. */
export const bake = section(
  {
    for: duration('someTime'),
    every: duration('someTime').optional(),
    // As many as one look can wait for (workflows/queues.ts).
    checks: z.array(checkOf, kind('list')).max(20, kind('checks')).default([]),
    unhealthy: borne(0),
    inconclusive: borne(3),
  },
  WORDS.bake,
)
  .refine((given) => given.every === undefined || given.every <= given.for, {
    ...kind('bakeEvery'),
    path: ['every'],
    when: ({ value }) => areNumbers(value),
  })
  .transform(({ for: forMs, every, checks, unhealthy, inconclusive }): Bake => ({
    forMs,
    // Where the plan does not say, it moves out of the way of what it does say.
    everyMs: every ?? Math.min(EVERY_MS, forMs),
    checks,
    unhealthy,
    inconclusive,
  }));

const EVERY_MS = 30_000;

/** So that a mistake elsewhere does not hide that the two do not fit. */
function areNumbers(given: unknown): boolean {
  return isMapping(given) && typeof given.for === 'number' && typeof given.every === 'number';
}
