import type { WorkerDeploymentVersion } from '@temporalio/common';
import { z } from 'zod';
import type { Rate } from '../cloud/limits';
import { DEFAULT_FORMATS } from '../cloud/settings';
import type { CloudSettings } from '../cloud/settings';

/** The only place of the worker that reads an environment (docs/operations.md lists all names). */

const url = z.url({ protocol: /^https?$/, error: 'must be an http or https URL' });
// An empty variable is how shells and compose files say "not set".
const optional = <T extends z.ZodType>(type: T) =>
  z.preprocess((value) => (value === '' ? undefined : value), type.optional());
const word = z.string().trim().min(1);

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

const Environment = z.object({
  UPWAVE_TASK_QUEUE: optional(word),
  UPWAVE_LOG_LEVEL: optional(z.enum(['debug', 'info', 'warn', 'error'])),
  TEMPORAL_DEPLOYMENT_NAME: optional(word),
  TEMPORAL_WORKER_BUILD_ID: optional(word),
  UPWAVE_DELAY_FORMAT: optional(z.enum(['string', 'boolean'])),
  UPWAVE_START_TIME_FORMAT: optional(z.enum(['offset', 'colon', 'utc'])),
  UPWAVE_LIMIT_TAURUSDB: optional(rates),
  UPWAVE_LIMIT_GAUSSDB: optional(rates),
  UPWAVE_LIMIT_DCS: optional(rates),
  UPWAVE_LIMIT_IAM: optional(rates),
  CLOUD_SDK_AK: optional(word),
  CLOUD_SDK_SK: optional(word),
  CLOUD_IAM_USER: optional(word),
  CLOUD_IAM_PASSWORD: optional(word),
  CLOUD_IAM_DOMAIN: optional(word),
  CLOUD_ENDPOINT_TAURUSDB: optional(url),
  CLOUD_ENDPOINT_GAUSSDB: optional(url),
  CLOUD_ENDPOINT_DCS: optional(url),
  CLOUD_ENDPOINT_IAM: optional(url),
});
type Environment = z.infer<typeof Environment>;

export interface WorkerConfig {
  readonly taskQueue: string;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
  /** Which version of the worker this is; null: its workflows may go on with any other version. */
  readonly deployment: WorkerDeploymentVersion | null;
  readonly cloud: CloudSettings;
  /** What `${secret:NAME}` in a plan stands for, by its name. */
  readonly secretsByName: ReadonlyMap<string, string>;
  /** With which webhook calls are signed; null: they are not. No plan can name it. */
  readonly webhookSigningKey: string | null;
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
  const credentials = credentialsOf(parsed.data ?? lenient(variables));
  const deployment = deploymentOf(parsed.data ?? lenient(variables));
  const found = [credentials, deployment].flatMap((each) =>
    each !== null && 'problem' in each ? [each.problem] : [],
  );
  const isWrong = !parsed.success || 'problem' in credentials;
  if (isWrong || (deployment && 'problem' in deployment))
    throw new ConfigError([...wrong, ...found]);

  const env = parsed.data;
  const allSecrets = secretsIn(variables);
  const secretsByName = new Map(allSecrets);
  // A plan could send it anywhere, and whoever has it can sign in our name.
  secretsByName.delete(SIGNING_KEY);
  return {
    taskQueue: env.UPWAVE_TASK_QUEUE ?? 'upwave',
    logLevel: env.UPWAVE_LOG_LEVEL ?? 'info',
    deployment,
    secretsByName,
    webhookSigningKey: allSecrets.get(SIGNING_KEY) ?? null,
    secrets: [
      ...[env.CLOUD_SDK_AK, env.CLOUD_SDK_SK, env.CLOUD_IAM_PASSWORD].filter(
        (s) => s !== undefined,
      ),
      ...[...allSecrets.values()].filter((s) => s.length >= LEAST_HIDDEN),
    ],
    cloud: {
      credentials,
      endpoints: {
        taurusdb: env.CLOUD_ENDPOINT_TAURUSDB,
        gaussdb: env.CLOUD_ENDPOINT_GAUSSDB,
        dcs: env.CLOUD_ENDPOINT_DCS,
        iam: env.CLOUD_ENDPOINT_IAM,
      },
      delayFormat: env.UPWAVE_DELAY_FORMAT ?? DEFAULT_FORMATS.delayFormat,
      startTimeFormat: env.UPWAVE_START_TIME_FORMAT ?? DEFAULT_FORMATS.startTimeFormat,
      limits: {
        taurusdb: env.UPWAVE_LIMIT_TAURUSDB,
        gaussdb: env.UPWAVE_LIMIT_GAUSSDB,
        dcs: env.UPWAVE_LIMIT_DCS,
        iam: env.UPWAVE_LIMIT_IAM,
      },
    },
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

/** The credentials' variables alone, so that they are judged even when others are wrong. */
function lenient(variables: Readonly<Record<string, string | undefined>>): Partial<Environment> {
  return Object.fromEntries(Object.entries(variables).filter(([, value]) => value?.trim()));
}

function deploymentOf({
  TEMPORAL_DEPLOYMENT_NAME: deploymentName,
  TEMPORAL_WORKER_BUILD_ID: buildId,
}: Partial<Environment>): WorkerDeploymentVersion | null | { problem: string } {
  if (deploymentName && buildId) return { deploymentName, buildId };
  if (!deploymentName && !buildId) return null;
  const missing = deploymentName ? 'TEMPORAL_WORKER_BUILD_ID' : 'TEMPORAL_DEPLOYMENT_NAME';
  return { problem: `${missing} is missing: a version of the worker needs both` };
}

function credentialsOf(
  env: Partial<Environment>,
): CloudSettings['credentials'] | { problem: string } {
  const { CLOUD_SDK_AK: ak, CLOUD_SDK_SK: sk } = env;
  const { CLOUD_IAM_USER: user, CLOUD_IAM_PASSWORD: password, CLOUD_IAM_DOMAIN: domain } = env;
  if (ak && sk) return { kind: 'aksk', ak, sk };
  if (ak || sk) return { problem: `${ak ? 'CLOUD_SDK_SK' : 'CLOUD_SDK_AK'} is missing` };
  if (user && password && domain) return { kind: 'password', user, password, domain };

  const given = { CLOUD_IAM_USER: user, CLOUD_IAM_PASSWORD: password, CLOUD_IAM_DOMAIN: domain };
  const missing = Object.entries(given).flatMap(([key, value]) => (value ? [] : [key]));
  if (missing.length < 3) return { problem: `${missing.join(' and ')} missing` };
  return {
    problem:
      'no cloud credentials: set CLOUD_SDK_AK and CLOUD_SDK_SK, ' +
      'or CLOUD_IAM_USER, CLOUD_IAM_PASSWORD and CLOUD_IAM_DOMAIN',
  };
}
