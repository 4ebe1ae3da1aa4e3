import { z } from 'zod';
import type { CloudSettings, CredentialSettings } from '../cloud/settings';

/** The part of the worker's environment that says how clouds are reached. */

type Variables = Readonly<Record<string, string | undefined>>;

// An empty variable is how shells and compose files say "not set".
export const optional = <T extends z.ZodType>(type: T) =>
  z.preprocess((value) => (value === '' ? undefined : value), type.optional());
export const word = z.string().trim().min(1);
const url = z.url({ protocol: /^https?$/, error: 'must be an http or https URL' });

/** What there is to say of one cloud, without the beginning that its variables have. */
const CloudVariables = z.object({
  SDK_AK: optional(word),
  SDK_SK: optional(word),
  IAM_USER: optional(word),
  IAM_PASSWORD: optional(word),
  IAM_DOMAIN: optional(word),
  ENDPOINT_TAURUSDB: optional(url),
  ENDPOINT_GAUSSDB: optional(url),
  ENDPOINT_DCS: optional(url),
  ENDPOINT_IAM: optional(url),
});

const OWN = 'CLOUD_';
const OF_NAMED = new RegExp(
  `^(CLOUD_[A-Z0-9_]+_)(${Object.keys(CloudVariables.shape).join('|')})$`,
);

/** How one cloud is reached. */
export type CloudAccess = Pick<CloudSettings, 'credentials' | 'endpoints'>;

/** The clouds of an environment, and all that is wrong with them; values are never repeated. */
export interface FoundClouds {
  /** Of targets that name no cloud; null: the environment has but named ones. */
  readonly own: CloudAccess | null;
  /** By the beginning of their variables, such as `CLOUD_EU_`. */
  readonly named: ReadonlyMap<string, CloudAccess>;
  readonly problems: readonly string[];
}

/** Reads the variables of every cloud that the environment knows. */
export function readClouds(variables: Variables): FoundClouds {
  const given = Object.entries(variables).filter(([, value]) => value?.trim());
  const prefixes = new Set(given.flatMap(([name]) => OF_NAMED.exec(name)?.[1] ?? []));
  const own = readCloud(OWN, variables);
  const named = [...prefixes].map((prefix) => [prefix, readCloud(prefix, variables)] as const);
  // Whoever has named clouds alone need not have one without a name.
  const isOwnMissing = own.isEmpty && named.length > 0;
  return {
    own: own.access,
    named: new Map(
      named.flatMap(([prefix, { access }]) => (access ? [[prefix, access] as const] : [])),
    ),
    problems: [
      ...(isOwnMissing ? [] : own.problems),
      ...named.flatMap(([, { problems }]) => problems),
    ],
  };
}

/** What must never be logged: also what is not used because there is something better. */
export function secretsOf(variables: Variables): readonly string[] {
  return Object.entries(variables).flatMap(([name, value]) => {
    const isSecret = /^CLOUD_([A-Z0-9_]+_)?(SDK_AK|SDK_SK|IAM_PASSWORD)$/.test(name);
    return isSecret && value?.trim() ? [value.trim()] : [];
  });
}

function readCloud(prefix: string, variables: Variables) {
  const own = Object.keys(CloudVariables.shape).flatMap((key) => {
    const value = variables[`${prefix}${key}`];
    return value === undefined ? [] : [[key, value] as const];
  });
  const parsed = CloudVariables.safeParse(Object.fromEntries(own));
  const wrong = parsed.success
    ? []
    : parsed.error.issues.map(({ path, message }) => `${prefix}${path.join('.')}: ${message}`);
  // Judged even when an endpoint is wrong.
  const credentials = credentialsOf(prefix, Object.fromEntries(own.filter(([, v]) => v.trim())));
  const problems = [...wrong, ...('problem' in credentials ? [credentials.problem] : [])];
  const isEmpty = own.every(([, value]) => value.trim() === '');
  if (!parsed.success || 'problem' in credentials) return { access: null, problems, isEmpty };

  const { ENDPOINT_TAURUSDB: taurusdb, ENDPOINT_GAUSSDB: gaussdb } = parsed.data;
  const { ENDPOINT_DCS: dcs, ENDPOINT_IAM: iam } = parsed.data;
  const access: CloudAccess = { credentials, endpoints: { taurusdb, gaussdb, dcs, iam } };
  return { access, problems, isEmpty };
}

function credentialsOf(
  prefix: string,
  env: Readonly<Record<string, string>>,
): CredentialSettings | { readonly problem: string } {
  const { SDK_AK: ak, SDK_SK: sk, IAM_USER: user, IAM_PASSWORD: password } = env;
  const { IAM_DOMAIN: domain } = env;
  if (ak && sk) return { kind: 'aksk', ak: ak.trim(), sk: sk.trim() };
  if (ak || sk) return { problem: `${prefix}${ak ? 'SDK_SK' : 'SDK_AK'} is missing` };
  if (user && password && domain) {
    return {
      kind: 'password',
      user: user.trim(),
      password: password.trim(),
      domain: domain.trim(),
    };
  }

  const users = { IAM_USER: user, IAM_PASSWORD: password, IAM_DOMAIN: domain };
  const missing = Object.entries(users).flatMap(([key, value]) => (value ? [] : [prefix + key]));
  if (missing.length < 3) return { problem: `${missing.join(' and ')} missing` };
  return { problem: `no cloud credentials: set ${neededFor(prefix)}` };
}

/** What gives credentials to a cloud, in words. */
export function neededFor(prefix: string): string {
  return (
    `${prefix}SDK_AK and ${prefix}SDK_SK, ` +
    `or ${prefix}IAM_USER, ${prefix}IAM_PASSWORD and ${prefix}IAM_DOMAIN`
  );
}
