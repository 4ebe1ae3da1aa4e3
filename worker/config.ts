import type { WorkerDeploymentVersion } from '@temporalio/common';
import { z } from 'zod';
import type { Rate } from '../cloud/limits';
import { DEFAULT_FORMATS } from '../cloud/settings';
import type { CloudSettings } from '../cloud/settings';
import { isAddress } from './addresses';
import { optional, readClouds, secretsOf, word } from './cloud-config';

/** The only place of the worker that reads an environment (docs/operations.md lists all names). */

const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000 } as const;
const RATE = /^([1-9]\d{0,5})\/([1-9]\d{0,3})?([smh])$/;

/** `5/s,200/5m`: at most 5 calls in any second, and at most 200 in any five minutes. */
const rates = z.string().transform((text, context) =>
  text.split(',').map((part): Rate => {
    const [, calls, count = '1', unit] = RATE.exec(part.trim()) ?? [];
    if (calls !== undefined && unit !== undefined) {
      const periodMs = Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS];
      return { calls: Number(calls), periodMs };
    }
    const message = 'must be calls per period, such as 5/s or 5/s,200/5m (units s, m, h)';
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  }),
);

const address = word.refine(isAddress, {
  error: 'must be an IP address with a port, such as 0.0.0.0:9464',
});

const Environment = z.object({
  UPWAVE_TASK_QUEUE: optional(word),
  UPWAVE_LOG_LEVEL: optional(z.enum(['debug', 'info', 'warn', 'error'])),
  UPWAVE_METRICS_ADDRESS: optional(address),
  UPWAVE_HEALTH_ADDRESS: optional(address),
  TEMPORAL_DEPLOYMENT_NAME: optional(word),
  TEMPORAL_WORKER_BUILD_ID: optional(word),
  UPWAVE_DELAY_FORMAT: optional(z.enum(['string', 'boolean'])),
  UPWAVE_START_TIME_FORMAT: optional(z.enum(['offset', 'colon', 'utc'])),
  UPWAVE_LIMIT_TAURUSDB: optional(rates),
  UPWAVE_LIMIT_GAUSSDB: optional(rates),
  UPWAVE_LIMIT_DCS: optional(rates),
  UPWAVE_LIMIT_IAM: optional(rates),
  UPWAVE_REPORT_DIR: optional(z.string()),
});

export interface WorkerConfig {
  readonly taskQueue: string;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
  /** Where Prometheus finds metrics, as `host:port`; null: nowhere. */
  readonly metricsAddress: string | null;
  /** Where probes find `/healthz` and `/readyz`; null: nowhere. */
  readonly healthAddress: string | null;
  /** Which version of the worker this is; null: its workflows may go on with any other version. */
  readonly deployment: WorkerDeploymentVersion | null;
  /** For targets that name no cloud; null: this worker has no credentials for them. */
  readonly cloud: CloudSettings | null;
  /** For the clouds that plans name, by how their variables begin ({@link variablesOf}). */
  readonly clouds: ReadonlyMap<string, CloudSettings>;
  /** What `${secret:NAME}` in a plan stands for, by its name. */
  readonly secretsByName: ReadonlyMap<string, string>;
  /** With which webhook calls are signed; null: they are not. No plan can name it. */
  readonly webhookSigningKey: string | null;
  /** Where the reports of rollouts that have ended are kept; null: nowhere. */
  readonly reportDir: string | null;
  /** Strings that must never be logged, whatever goes wrong. */
  readonly secrets: readonly string[];
}

/** What is wrong with the environment: all of it at once, values never repeated. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(readonly problems: readonly string[]) {
    super(`The worker cannot start:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
  }
}

/** Reads the worker's configuration. Throws {@link ConfigError}. */
export function readConfig(variables: Readonly<Record<string, string | undefined>>): WorkerConfig {
  const parsed = Environment.safeParse(variables);
  const wrong = parsed.success
    ? []
    : parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  const found = readClouds(variables);
  const problems = [...wrong, ...found.problems, ...halfVersion(variables)];
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems);

  const env = parsed.data;
  const { TEMPORAL_DEPLOYMENT_NAME: deploymentName, TEMPORAL_WORKER_BUILD_ID: buildId } = env;
  const allSecrets = secretsIn(variables);
  const secretsByName = new Map(allSecrets);
  // A plan could send it anywhere, and whoever has it can sign in our name.
  secretsByName.delete(SIGNING_KEY);
  const common = {
    delayFormat: env.UPWAVE_DELAY_FORMAT ?? DEFAULT_FORMATS.delayFormat,
    startTimeFormat: env.UPWAVE_START_TIME_FORMAT ?? DEFAULT_FORMATS.startTimeFormat,
    // Each cloud has all of it: limits are those of a user in a project.
    limits: {
      taurusdb: env.UPWAVE_LIMIT_TAURUSDB,
      gaussdb: env.UPWAVE_LIMIT_GAUSSDB,
      dcs: env.UPWAVE_LIMIT_DCS,
      iam: env.UPWAVE_LIMIT_IAM,
    },
  };
  return {
    taskQueue: env.UPWAVE_TASK_QUEUE ?? 'upwave',
    logLevel: env.UPWAVE_LOG_LEVEL ?? 'info',
    metricsAddress: env.UPWAVE_METRICS_ADDRESS ?? null,
    healthAddress: env.UPWAVE_HEALTH_ADDRESS ?? null,
    deployment: deploymentName && buildId ? { deploymentName, buildId } : null,
    reportDir: env.UPWAVE_REPORT_DIR ?? null,
    secretsByName,
    webhookSigningKey: allSecrets.get(SIGNING_KEY) ?? null,
    secrets: [
      ...secretsOf(variables),
      ...[...allSecrets.values()].filter((s) => s.length >= LEAST_HIDDEN),
    ],
    cloud: found.own && { ...found.own, ...common },
    clouds: new Map([...found.named].map(([prefix, own]) => [prefix, { ...own, ...common }])),
  };
}

// Cutting a port or a flag out of every line would leave no log.
const LEAST_HIDDEN = 6;

const SECRET_PREFIX = 'UPWAVE_SECRET_';
const SIGNING_KEY = 'WEBHOOK_SIGNING';

function secretsIn(
  variables: Readonly<Record<string, string | undefined>>,
): ReadonlyMap<string, string> {
  const given = Object.entries(variables).flatMap(([variable, value]) => {
    // A file read into a variable ends with a line break.
    const secret = value?.trim() ?? '';
    const isOne = variable.startsWith(SECRET_PREFIX) && secret !== '';
    return isOne ? [[variable.slice(SECRET_PREFIX.length), secret] as const] : [];
  });
  return new Map(given);
}

const VERSION = ['TEMPORAL_DEPLOYMENT_NAME', 'TEMPORAL_WORKER_BUILD_ID'] as const;

function halfVersion(variables: Readonly<Record<string, string | undefined>>): readonly string[] {
  const missing = VERSION.filter((name) => !variables[name]?.trim());
  if (missing.length !== 1) return [];
  return [`${missing.join()} is missing: a version of the worker needs both`];
}
