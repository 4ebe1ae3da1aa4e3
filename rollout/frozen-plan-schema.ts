import { z } from 'zod';
import { THEN, type FrozenPlan } from './frozen-plan';
import { NOTIFIED } from './receivers';
import { FAMILIES } from './upgrade';

/**
 * The shape of a frozen plan in a file. A program wrote it, and its hash says whether it was changed:
 * here only one that another version of upwave wrote must show, by a field that is missing or has
 * another kind of value. Fields that are not named pass.
 */
const text = z.string();
const count = z.int().min(0);
const texts = z.record(text, text);

const scope = z.looseObject({ projectId: text, region: text });

const target = z.looseObject({
  upgrade: text,
  cloud: text.optional(),
  instanceId: text,
  proxyId: text.nullable(),
  name: text.nullable(),
  az: text.nullable(),
  labels: texts,
});

const frozenTarget = target.extend({
  versionAtPlan: text.nullable(),
  wanted: text.nullable(),
  standing: z.enum(['upgradable', 'upToDate', 'notUpgradable', 'busy', 'unknown']),
  words: text.nullable(),
});

const budget = z.looseObject({
  rejected: count.nullable(),
  failed: count.nullable(),
  unknown: count.nullable(),
  strict: z.boolean(),
});

const gate = z.discriminatedUnion('kind', [
  z.looseObject({ kind: z.literal('delay'), forMs: count }),
  z.looseObject({ kind: z.literal('at'), instant: text }),
  z.looseObject({
    kind: z.literal('approval'),
    expiresMs: count.nullable(),
    onExpiry: z.enum(['abort', 'skipWave', 'begin']),
  }),
]);

const bakeLimit = z.looseObject({ limit: count, then: z.enum(['pause', 'abort']) });

const bake = z.looseObject({
  forMs: count,
  everyMs: count,
  checks: z.array(z.looseObject({ kind: z.enum(['http', 'prometheus']), url: text })),
  unhealthy: bakeLimit,
  inconclusive: bakeLimit,
});

const wave = z.looseObject({
  name: text.min(1),
  concurrency: count,
  concurrencyBy: z.array(z.looseObject({ label: text, value: text.optional(), max: count })),
  slowStart: z.boolean(),
  budget,
  gate: gate.nullable(),
  bake: bake.nullable(),
  partSize: z.int().min(1),
  targets: z.array(frozenTarget),
});

const then = z.enum(THEN).optional();
const attempts = z.looseObject({ retries: count, afterMs: count, then });

const hook = z.looseObject({
  url: text,
  undo: text.nullable(),
  timeoutMs: count,
  retries: count,
  headers: texts,
});

const receiver = hook.omit({ undo: true }).extend({ on: z.array(z.enum(NOTIFIED)) });

const rules = z.looseObject({
  recovery: z.looseObject({
    rejected: attempts,
    failed: attempts,
    unknown: z.looseObject({ reconcileForMs: count, settleForMs: count, then }),
  }),
  polling: z.looseObject({ minMs: count, maxMs: count }),
  busy: z.looseObject({ waitForMs: count }),
  hooks: z.looseObject({ before: z.array(hook), after: z.array(hook) }).nullable(),
  cloudAccess: z.looseObject({ pauseAfterMs: count }),
  onExhausted: z.looseObject({ expiresMs: count.nullable() }),
  openings: z
    .looseObject({ spans: z.array(z.looseObject({ from: text, to: text })), until: text })
    .nullable(),
  outside: z.enum(['wait', 'skip']),
  learned: z.record(text, z.number()),
});

const calendar = z.looseObject({
  windows: z.array(z.looseObject({ cron: text, forMs: count, zone: text })),
  blackouts: z.array(z.looseObject({ from: text, to: text, zone: text })),
  outside: z.enum(['wait', 'skip']),
});

/** Every field of {@link FrozenPlan} is here: the compiler asks for those that are added to it. */
export const frozenPlanSchema = z.looseObject({
  version: z.literal(1),
  name: text.min(1),
  scope: scope.nullable(),
  clouds: z.record(text, scope.extend({ concurrency: count.nullable() })).optional(),
  upgrades: z.record(
    text,
    z.looseObject({ family: z.enum(FAMILIES), expectMs: count.nullable(), followForMs: count }),
  ),
  rules,
  concurrency: count.nullable(),
  budget,
  calendar: calendar.nullable(),
  seed: text,
  waves: z.array(wave),
  unmatched: z.array(target),
  frozenAt: text,
  notify: z.array(receiver).optional(),
} satisfies Record<keyof FrozenPlan, z.ZodType>);
