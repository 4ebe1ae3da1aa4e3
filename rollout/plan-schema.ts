import { z } from 'zod';
import { THEN } from './frozen-plan';
import { calendar } from './plan-calendar-schema';
import { hooks } from './plan-hooks-schema';
import { notify } from './plan-notify-schema';
import { duration, kind, section, text, wholeNumber } from './plan-fields';
import { label, labelLimit, rolloutBudget } from './plan-wave-schema';
import type { FamilyName } from './upgrade';
import { WORDS } from './plan-words';
import { compareVersions } from './version';

/** Labels, on a target or on a file's entry. */
export const labels = z.record(z.string(), label, kind('section')).default({});

const optionalText = text('text').nullable().default(null);

// A name of `clouds`, which `plan-clouds.ts` judges.
export const cloud = text('text').optional();

/** A target as it stands in the plan or in a row of a file. Its ids are judged in `plan-rules.ts`. */
export const targetSchema = section(
  {
    upgrade: text('text'),
    cloud,
    instanceId: text('text'),
    proxyId: optionalText,
    name: optionalText,
    az: optionalText,
    labels,
  },
  WORDS.target,
);

/** An entry of `targets` that stands for the rows of a file. */
export const fileSchema = section(
  { upgrade: optionalText, cloud, file: text('text'), labels },
  WORDS.file,
);

const common = {
  cloud,
  expect: duration('someTime').nullable().default(null),
  followFor: duration('someTime').prefault('6h'),
};

function of<F extends FamilyName>(family: F) {
  return { family: z.literal(family), ...common };
}

function toUpgrade<T extends { readonly expect: number | null; readonly followFor: number }>(
  fields: T,
) {
  const { expect: expectMs, followFor: followForMs, ...own } = fields;
  return { ...own, expectMs, followForMs };
}

// Off unless said: it costs calls, of which a cloud allows few.
const preCheck = z.boolean(kind('flag')).optional();

const dotted = text('dotted', /^\d+(\.\d+)+$/);
const cacheVersion = text('cacheVersion', /^(\d+(\.\d+)+|latest)$/)
  .nullable()
  .default(null);

const patches = z
  .union([z.array(dotted).min(1), dotted.transform((patch) => [patch])])
  .transform((list) => list.join(','));
const cacheVersions = text('rollForwardCaches', /^(\d+(\.\d+)+|latest)(\/(\d+(\.\d+)+|latest))?$/);

/** The parameters of each family. */
export const upgradeSchemas = {
  'taurusdb-proxy': section(
    {
      ...of('taurusdb-proxy'),
      targetVersion: dotted,
      rollForwardTo: z.array(dotted, kind('rollForwardTo')).optional(),
    },
    WORDS['taurusdb-proxy'],
  )
    .refine(
      ({ targetVersion, rollForwardTo = [] }) => isAscending([targetVersion, ...rollForwardTo]),
      {
        ...kind('rollForwardTo'),
        path: ['rollForwardTo'],
      },
    )
    .transform(toUpgrade),
  'taurusdb-instance': section(
    {
      ...of('taurusdb-instance'),
      delay: z.boolean(kind('flag')).default(false),
      submitTogether: wholeNumber('togetherKernels', 1, 100).optional(),
      preCheck,
    },
    WORDS['taurusdb-instance'],
  ).transform(toUpgrade),
  'gaussdb-hotfix': section(
    {
      ...of('gaussdb-hotfix'),
      targetVersions: z.array(dotted, kind('dottedList')).min(1, kind('dottedList')),
      startAfter: duration('duration').prefault('1m'),
      // The user guide's figure for a batch of hot patches.
      submitTogether: wholeNumber('togetherPatches', 1, 30).optional(),
      preCheck,
      rollForwardTo: z.array(patches, kind('rollForwardPatches')).optional(),
    },
    WORDS['gaussdb-hotfix'],
  ).transform(({ startAfter: startAfterMs, ...fields }) => ({
    ...toUpgrade(fields),
    startAfterMs,
  })),
  'dcs-instance': section(
    {
      ...of('dcs-instance'),
      engineMinorVersion: cacheVersion,
      proxyMinorVersion: cacheVersion,
      rollForwardTo: z.array(cacheVersions, kind('rollForwardCaches')).optional(),
    },
    WORDS['dcs-instance'],
  )
    // For editors; read, it is judged beside the fields, so that a wrong one does not hide it.
    .meta({ anyOf: [{ required: ['engineMinorVersion'] }, { required: ['proxyMinorVersion'] }] })
    .refine(isOfItsComponents, { ...kind('rollForwardCaches'), path: ['rollForwardTo'] })
    .transform(toUpgrade),
} as const satisfies Record<FamilyName, z.ZodType>;

/** What is no version is told as such. */
function isAscending(versions: readonly string[]): boolean {
  return versions.every((version, i) => {
    const former = versions[i - 1];
    return former === undefined || (compareVersions(former, version) ?? -1) < 0;
  });
}

function isOfItsComponents(given: {
  readonly engineMinorVersion: string | null;
  readonly proxyMinorVersion: string | null;
  readonly rollForwardTo?: readonly string[];
}): boolean {
  const { engineMinorVersion, proxyMinorVersion, rollForwardTo = [] } = given;
  const many = [engineMinorVersion, proxyMinorVersion].filter((each) => each !== null).length;
  return rollForwardTo.every((entry) => entry.split('/').length === many);
}

function attempts(retries: number, after: string) {
  return section(
    {
      retries: wholeNumber('retries', 0, 100).default(retries),
      after: duration('duration').prefault(after),
      then: z.enum(THEN, kind('recoveryThen')).default('giveUp'),
    },
    WORDS.attempts,
  )
    .transform(({ retries, after: afterMs, then }) => ({ retries, afterMs, then }))
    .prefault({});
}

const unknownAnswers = section(
  {
    reconcileFor: duration('someTime').prefault('30m'),
    settleFor: duration('someTime').prefault('60s'),
    then: z
      .enum(THEN, kind('unknownThen'))
      .exclude(['rollForward'], kind('unknownThen'))
      .default('giveUp'),
  },
  WORDS.unknownAnswers,
)
  .transform(({ reconcileFor: reconcileForMs, settleFor: settleForMs, then }) => ({
    reconcileForMs,
    settleForMs,
    then,
  }))
  // Else a lost answer would be called unknown before its absence could prove anything.
  .refine((given) => given.settleForMs <= given.reconcileForMs, {
    ...kind('settleFor'),
    path: ['settleFor'],
  })
  .prefault({});

// A bound that the plan does not give moves out of the way of the one that it gives.
const polling = section(
  { min: duration('someTime').optional(), max: duration('someTime').optional() },
  WORDS.polling,
)
  .transform(({ min, max }) => ({
    minMs: min ?? Math.min(10_000, max ?? 10_000),
    maxMs: max ?? Math.max(60_000, min ?? 60_000),
  }))
  .refine(({ minMs, maxMs }) => minMs <= maxMs, { ...kind('pollingMin'), path: ['min'] })
  .prefault({});

const projectId = text('projectId', /^[A-Za-z0-9]{32}$/);
// Part of a host name: nothing that could lead elsewhere.
const region = text('region', /^[a-z0-9]+(-[a-z0-9]+)*$/);

const cloudSchema = section(
  { projectId, region, concurrency: wholeNumber('concurrency', 1).nullable().default(null) },
  WORDS.cloud,
);

/** Everything outside upgrades, targets and waves, which are read one by one. */
export const headSchema = section(
  {
    version: z.literal(1, kind('version')),
    name: text('name', /^[A-Za-z0-9][A-Za-z0-9-]{0,59}$/),
    // Left out where every target is in one of the clouds.
    projectId: projectId.optional(),
    region: region.optional(),
    clouds: z.record(z.string(), cloudSchema, kind('section')).optional(),
    upgrades: z
      .record(z.string(), z.unknown(), kind('section'))
      .refine((upgrades) => Object.keys(upgrades).length > 0, kind('someUpgrades')),
    targets: z.array(z.unknown(), kind('list')).min(1, kind('someTargets')),
    waves: z.array(z.unknown(), kind('list')).min(1, kind('someWaves')).optional(),
    concurrency: wholeNumber('concurrency', 1).nullable().default(null),
    concurrencyBy: labelLimit.nullable().default(null),
    budget: rolloutBudget,
    onExhausted: section(
      { expires: duration('someTime').nullable().default(null) },
      WORDS.onExhausted,
    )
      .transform(({ expires }) => ({ expiresMs: expires }))
      .prefault({}),
    // What random choices are made from; another seed is another choice.
    seed: text('text').nullable().default(null),
    ...calendar,
    polling,
    recovery: section(
      { rejected: attempts(2, '5m'), failed: attempts(1, '15m'), unknown: unknownAnswers },
      WORDS.recovery,
    ).prefault({}),
    busy: section({ waitFor: duration('duration').prefault('2h') }, WORDS.busy)
      .transform(({ waitFor }) => ({ waitForMs: waitFor }))
      .prefault({}),
    hooks: hooks.nullable().default(null),
    // Absent where nobody is told: a frozen plan's hash is then as it was before there was any telling.
    notify: notify.optional(),
    cloudAccess: section({ pauseAfter: duration('someTime').prefault('2m') }, WORDS.cloudAccess)
      .transform(({ pauseAfter }) => ({ pauseAfterMs: pauseAfter }))
      .prefault({}),
  },
  WORDS.plan,
);

/** The plan outside upgrades, targets and waves. */
export type PlanHead = Omit<z.infer<typeof headSchema>, 'upgrades' | 'targets' | 'waves'>;

/** How many outcomes there may be, before percentages are turned into numbers. */
export type PlanBudget = PlanHead['budget'];
