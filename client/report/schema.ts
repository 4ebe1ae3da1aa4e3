import { z } from 'zod';
import { ACTIONS, BUDGETED, OUTCOMES } from '../../rollout/outcome';
import type { Report } from '../../rollout/report';
import { FAMILIES } from '../../rollout/upgrade';

/**
 * The report as a document: what docs/schemas/report.schema.json publishes, and what is asked of a file
 * before it is shown. Fields may be added to reports, so those that are not known are let pass.
 */

const instant = z.iso.datetime().meta({ id: 'instant', description: 'ISO 8601, in UTC' });
const count = z.int().min(0);
const ms = z.int().min(0).describe('milliseconds');
const outcome = z.enum(OUTCOMES);
const state = z.enum(['running', 'paused', 'waiting', 'aborting', 'finished', 'aborted']);

const counts = z
  .object({
    total: count,
    pending: count.describe('waiting for their first or next attempt'),
    inFlight: count,
    succeeded: count,
    upToDate: count,
    rejected: count,
    failed: count,
    unknown: count,
    skipped: count,
  })
  .meta({ id: 'counts', description: 'targets; all but total add up to total' });

const limit = count.nullable().describe('null: no limit');
const budget = z
  .object({ rejected: limit, failed: limit, unknown: limit, strict: z.boolean() })
  .meta({ id: 'budget', description: 'how many outcomes of a kind there may be' });

const reason = z.string().describe('a reason code; docs/operations.md says what each one means');

const place = {
  upgrade: z.string().describe("the name of its entry in the plan's upgrades"),
  family: z.enum(FAMILIES),
  cloud: z.string().optional().describe("the name of one of the plan's clouds; absent: its own"),
  projectId: z.string(),
  instanceId: z.string(),
  proxyId: z.string().nullable(),
  name: z.string().nullable(),
  labels: z.record(z.string(), z.string()),
};

const hook = z
  .object({
    event: z.enum(['before', 'after', 'undo']),
    nth: z.int().min(1).describe("which of the plan's hooks of its kind"),
    startedAt: instant,
    endedAt: instant,
    problem: z.string().nullable().describe('why it failed; null: it was done'),
  })
  .meta({ id: 'hook', description: 'a hook that was called, all tries of it together' });

const attempt = z
  .object({
    submittedAt: instant.nullable().describe('when the request was sent; null: none was'),
    ticket: z.string().nullable().describe("the cloud's id of what was followed"),
    result: z.enum([
      'succeeded',
      'upToDate',
      'rejected',
      'failed',
      'unknown',
      'advanced',
      'notSubmitted',
    ]),
    reason,
    reasonText: z.string(),
    endedAt: instant,
    times: z
      .int()
      .min(1)
      .describe('attempts in a row that submitted nothing for one reason are one'),
    startedAt: instant,
    versionBefore: z.string().nullable(),
    versionAfter: z.string().nullable(),
    compensation: z.string().nullable().describe('what was undone and what could not be, in words'),
    hooks: z.array(hook),
  })
  .meta({ id: 'attempt' });

const target = z
  .object({
    ...place,
    wave: z.string(),
    status: z.enum(['waiting', 'inFlight', 'ended']),
    outcome: outcome.nullable().describe('null: not ended; the report is partial then'),
    reason: reason.nullable(),
    reasonText: z.string().nullable(),
    versionBefore: z.string().nullable().describe('hot patches comma-joined, ascending'),
    versionAfter: z.string().nullable(),
    attempts: z.array(attempt),
    compensation: z.string().nullable(),
    startedAt: instant.nullable(),
    endedAt: instant.nullable(),
  })
  .meta({ id: 'target' });

const targetEnd = z.object({ outcome, reason, reasonText: z.string() });

const wave = z
  .object({
    name: z.string(),
    state: z.enum([...state.options, 'pending']),
    counts,
    concurrency: z.int().min(1),
    budget,
    paused: z.boolean(),
    bake: z
      .object({
        state: z.enum(['watching', 'healthy', 'unhealthy', 'inconclusive']),
        words: z.string(),
      })
      .nullable(),
    untold: targetEnd
      .nullable()
      .describe('how those of its targets ended of which no workflow can tell'),
    unbegun: z
      .object({ from: z.int().min(0), end: targetEnd })
      .nullish()
      .describe('how its targets ended, from this place of the plan on, of which none has begun'),
  })
  .meta({ id: 'wave' });

const action = z
  .object({
    action: z.enum(ACTIONS),
    by: z.string().describe('who; upwave: a rule of the plan'),
    reason: z.string().nullable(),
    at: instant,
    wave: z.string().nullable(),
    target: z.string().nullable(),
    change: z.string().nullable().describe('what was set, in words'),
  })
  .meta({ id: 'action' });

const waitReason = [
  'paused',
  'aborting',
  'budgetExhausted',
  'gate',
  'bake',
  'window',
  'retry',
  'busy',
  'cloudAccess',
  'inFlight',
] as const;

export const reportSchema = z.object({
  rolloutId: z.string(),
  plan: z.string(),
  state,
  partial: z.boolean().describe('true until the rollout and every target of it have ended'),
  counts,
  waves: z.array(wave),
  unmatched: z.array(z.object(place)).describe('targets that no wave matches: not upgraded'),
  actions: z.array(action),
  startedAt: instant,
  endedAt: instant.nullable(),
  reportedAt: instant.describe('when it was read: how far a partial report tells'),
  budget,
  budgets: z
    .array(
      z.object({
        wave: z.string().nullable().describe('null: over the whole rollout'),
        kind: z.enum(BUDGETED),
        used: count,
        limit,
        exhausted: z.boolean(),
      }),
    )
    .describe('how much of each limit was used'),
  windows: z
    .array(z.object({ from: instant, to: instant }))
    .nullable()
    .describe('in which attempts might begin, half-open; null: at any time'),
  waits: z
    .array(
      z.object({
        reason: z.enum(waitReason),
        words: z.string(),
        from: instant,
        to: instant.nullable().describe('null: it lasts'),
      }),
    )
    .describe('what the whole rollout waited for'),
  durations: z
    .array(
      z.object({
        family: z.enum(FAMILIES),
        upgrades: count,
        medianMs: ms,
        p90Ms: ms,
        longestMs: ms,
      }),
    )
    .describe('of upgrades that went well, from their request to the end that was seen'),
  calls: z
    .array(
      z.object({
        family: z.enum(FAMILIES),
        attempts: count,
        submissions: count.describe('upgrades that were asked for; instances may share a call'),
        hooks: count,
      }),
    )
    .describe('what was done for the targets of a family, as their attempts tell it'),
  targets: z.array(target).describe('every target of the frozen plan, once, in plan order'),
});

/** As it is read: nobody changes a report. */
type Read<T> = T extends readonly (infer Each)[]
  ? readonly Read<Each>[]
  : T extends object
    ? { readonly [Key in keyof T]: Read<T[Key]> }
    : T;

type Document = Read<z.input<typeof reportSchema>>;

/** A report that the schema describes: all of them, or this is `never` and nothing compiles. */
type Described = Report extends Document ? Report : never;

/** The published JSON Schema, as a text that ends with a line break. */
export function reportJsonSchema(): string {
  const { $schema, ...rest } = z.toJSONSchema(reportSchema, { io: 'input' });
  const document = {
    $schema,
    title: 'The report of an upwave rollout',
    ...rest,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** A report as it was read from a file; or what is wrong with it, each problem with its path. */
export function parseReport(
  value: unknown,
): { readonly report: Report } | { readonly problems: readonly string[] } {
  const { success, error } = reportSchema.safeParse(value);
  // What was checked, not what the check makes of it: fields that a newer upwave added stay.
  if (success) return { report: value as Described };
  const problems = error.issues.map(({ path, message }) => {
    return `${path.length > 0 ? path.join('.') : 'all of it'}: ${message}`;
  });
  return { problems };
}
