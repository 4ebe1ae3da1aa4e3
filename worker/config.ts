import { z } from 'zod';
import { DEFAULT_FORMATS } from '../cloud/settings';
import type { CloudSettings } from '../cloud/settings';

/** The only place of the worker that reads an environment (docs/operations.md lists all names). */

const url = z.url({ protocol: /^https?$/, error: 'must be an http or https URL' });
// An empty variable is how shells and compose files say "not set".
const optional = <T extends z.ZodType>(type: T) =>
  z.preprocess((value) => (value === '' ? undefined : value), type.optional());
const word = z.string().trim().min(1);

const Environment = z.object({
  UPWAVE_TASK_QUEUE: optional(word),
  UPWAVE_LOG_LEVEL: optional(z.enum(['debug', 'info', 'warn', 'error'])),
  UPWAVE_DELAY_FORMAT: optional(z.enum(['string', 'boolean'])),
  UPWAVE_START_TIME_FORMAT: optional(z.enum(['offset', 'colon', 'utc'])),
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
  readonly cloud: CloudSettings;
  /** What `${secret:NAME}` in a plan stands for, by its name. */
  readonly secretsByName: ReadonlyMap<string, string>;
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
  const problems = [...wrong, ...('problem' in credentials ? [credentials.problem] : [])];
  if (!parsed.success || 'problem' in credentials) throw new ConfigError(problems);

  const env = parsed.data;
  const secretsByName = secretsIn(variables);
  return {
    taskQueue: env.UPWAVE_TASK_QUEUE ?? 'upwave',
    logLevel: env.UPWAVE_LOG_LEVEL ?? 'info',
    secretsByName,
    secrets: [
      ...[env.CLOUD_SDK_AK, env.CLOUD_SDK_SK, env.CLOUD_IAM_PASSWORD].filter(
        (s) => s !== undefined,
      ),
      ...[...secretsByName.values()].filter((s) => s.length >= LEAST_HIDDEN),
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
    },
  };
}

// Cutting a port or a flag out of every line would leave no log.
const LEAST_HIDDEN = 6;

const SECRET_PREFIX = 'UPWAVE_SECRET_';

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
