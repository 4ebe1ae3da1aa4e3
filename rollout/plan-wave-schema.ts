import { z } from 'zod';
import type { Gate } from './frozen-plan';
import { bake } from './plan-bake-schema';
import {
  amount,
  choice,
  duration,
  kind,
  readBy,
  section,
  take,
  text,
  wholeNumber,
} from './plan-fields';
import { WORDS } from './plan-words';
import { isMapping } from './targets-file';

/** Null is no limit. */
export const limit = amount.nullable().default(null);

const strict = z.boolean(kind('flag')).default(false);

/** The budget of a wave: no unknown outcome, the others without limit, unless the plan says else. */
const waveBudget = section(
  {
    rejected: limit,
    failed: limit,
    unknown: amount.nullable().prefault(0),
    strict,
  },
  WORDS.waveBudget,
).prefault({});

/** The budget of the whole rollout: no limits unless the plan says else. */
export const rolloutBudget = section(
  {
    rejected: limit,
    failed: limit,
    unknown: limit,
    strict,
  },
  WORDS.rolloutBudget,
).prefault({});

export const label = z
  .union([z.string(), z.number(), z.boolean()], kind('text'))
  .transform((value) => String(value).trim());

/** How many targets with one value of a label may be in flight together. */
export const labelLimit = section(
  {
    label: text('text'),
    max: wholeNumber('concurrency', 1),
  },
  WORDS.labelLimit,
);

const matched = z
  .union([label, z.array(label).min(1, kind('match'))], kind('match'))
  .transform((value) => (typeof value === 'string' ? [value] : value));

/** As many of each stratum: of each combination of values that the targets have under `by`. */
const strata = section(
  {
    perStratum: wholeNumber('concurrency', 1),
    by: z.array(text('text'), kind('strata')).min(1, kind('strata')),
  },
  WORDS.strata,
);

const takeOf = choice([take, strata], (value, context) =>
  readBy<z.infer<typeof strata | typeof take>>(isMapping(value) ? strata : take, value, context),
);

const instant = text('instant', /T.*(Z|[+-]\d\d:?\d\d)$/).refine(
  // Without an offset the instant would depend on where the plan is read.
  (value) => !Number.isNaN(Date.parse(value)),
  kind('instant'),
);

const approval = section(
  {
    expires: duration('someTime').nullable().default(null),
    onExpiry: z.enum(['abort', 'skipWave', 'begin'], kind('onExpiry')).default('abort'),
  },
  WORDS.approval,
);

const gate = section(
  {
    delay: duration('someTime').optional(),
    at: instant.optional(),
    approval: approval.optional(),
  },
  WORDS.gate,
)
  .meta({ minProperties: 1, maxProperties: 1 })
  .refine((given) => Object.values(given).filter((one) => one !== undefined).length === 1, {
    ...kind('gate'),
  })
  .transform(({ delay, at, approval: person }): Gate => {
    if (delay !== undefined) return { kind: 'delay', forMs: delay };
    if (at !== undefined) return { kind: 'at', instant: new Date(at).toISOString() };
    return {
      kind: 'approval',
      expiresMs: person?.expires ?? null,
      onExpiry: person?.onExpiry ?? 'abort',
    };
  });

/** One wave. `match` holds the values of which a target must have any, for each of its keys. */
export const waveSchema = section(
  {
    name: text('name', /^[A-Za-z0-9][A-Za-z0-9-]{0,59}$/),
    match: z.record(z.string(), matched, kind('section')).nullable().default(null),
    take: takeOf.nullable().default(null),
    order: z.enum(['plan', 'random'], kind('order')).default('plan'),
    concurrency: wholeNumber('concurrency', 1).default(1),
    concurrencyBy: labelLimit.nullable().default(null),
    slowStart: z.boolean(kind('flag')).default(false),
    budget: waveBudget,
    gate: gate.nullable().default(null),
    bake: bake.nullable().default(null),
  },
  WORDS.wave,
);

/** A wave as the plan says it; which targets it gets, `waves.ts` decides. */
export type PlanWave = z.infer<typeof waveSchema>;
