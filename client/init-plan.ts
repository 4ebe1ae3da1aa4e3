import { stringify } from 'yaml';
import type { FamilyName } from '../rollout/upgrade';

/** What a new plan is made of. */
export interface NewPlan {
  readonly family: FamilyName;
  /** Where the targets are to go; empty: the newest. A hot patch each, else one. */
  readonly versions: readonly string[];
  readonly name: string;
  readonly projectId: string;
  readonly region: string;
  readonly targets: NewTargets;
}

/** Ids as they are given: `instance`, or `instance/proxy`. A file is relative to the plan. */
export type NewTargets =
  | { readonly kind: 'ids'; readonly ids: readonly string[] }
  | { readonly kind: 'file'; readonly file: string }
  | { readonly kind: 'discover' };

/** What an upgrade of each family is called, what its targets are, and which versions it is told. */
export const ABOUT = {
  'taurusdb-proxy': {
    ...{ upgrade: 'proxy', targets: 'proxies', versions: 'one', expect: '12m' },
    words: 'proxies of TaurusDB, to a version',
  },
  'taurusdb-instance': {
    ...{ upgrade: 'kernel', targets: 'kernels', versions: 'none', expect: '20m' },
    words: 'kernels of TaurusDB, to the newest version',
  },
  'gaussdb-hotfix': {
    ...{ upgrade: 'patch', targets: 'patches', versions: 'several', expect: '10m' },
    words: 'hot patches of GaussDB',
  },
  'dcs-instance': {
    ...{ upgrade: 'cache', targets: 'caches', versions: 'maybe', expect: '15m' },
    words: 'caches of DCS (Redis)',
  },
} as const satisfies Record<FamilyName, About>;

interface About {
  readonly upgrade: string;
  readonly targets: string;
  readonly versions: 'one' | 'none' | 'several' | 'maybe';
  /** How long one might take. */
  readonly expect: string;
  readonly words: string;
}

/** The schema that is written beside a plan, for editors. */
export const SCHEMA_FILE = 'plan.schema.json';

/**
 * The text of a plan, with what else it could say in comments. `count` is how many targets it has, if
 * that is known: the fewer, the fewer waves.
 */
export function planText(plan: NewPlan, count: number | null): string {
  const { upgrade, expect } = ABOUT[plan.family];
  return `# yaml-language-server: $schema=./${SCHEMA_FILE}
# After each change: upwave validate. What it would do: upwave plan.
version: 1
name: ${scalar(plan.name)}
projectId: ${scalar(plan.projectId)}
region: ${scalar(plan.region)}

upgrades:
  ${upgrade}:
    family: ${plan.family}
${versionLines(plan)}    # How long one usually takes, for the forecast and for windows; unless given it is learned.
    # expect: ${expect}

targets:
${targetLines(plan)}
# Cut in this order. A budget that is not given has no limit, except unknown, which is 0.
waves:
${waveLines(count)}
# Take away the # of what you want; all that can be said is in docs/writing-plans.md.
#
# Over all waves together:
# budget: { failed: 10% }
#
# When attempts may begin; without windows, at any time:
# windows:
#   - { cron: '0 1 * * SAT,SUN', for: 4h, zone: Asia/Shanghai }
#
# What follows when an attempt did not succeed (these are the defaults):
# recovery:
#   rejected: { retries: 2, after: 5m, then: giveUp }
#   failed: { retries: 1, after: 15m, then: giveUp }
#   unknown: { reconcileFor: 30m, settleFor: 60s, then: giveUp }
`;
}

// As YAML writes it: what would be read as a number or as true gets its quotes.
function scalar(text: string): string {
  return stringify(text, { lineWidth: 0 }).trim();
}

function versionLines({ family, versions }: NewPlan): string {
  switch (family) {
    case 'taurusdb-proxy':
      return `    targetVersion: ${scalar(versions[0] ?? '')}\n`;
    case 'taurusdb-instance':
      return '    # Kernels go to the newest version, in as many steps as that takes.\n';
    case 'gaussdb-hotfix':
      return `    targetVersions: [${versions.map(scalar).join(', ')}]\n`;
    case 'dcs-instance':
      return `    engineMinorVersion: ${scalar(versions[0] ?? 'latest')}\n    # proxyMinorVersion: latest\n`;
  }
}

function targetLines({ family, targets }: NewPlan): string {
  const { upgrade } = ABOUT[family];
  switch (targets.kind) {
    case 'ids':
      return targets.ids.map((id) => idLine(upgrade, id)).join('');
    case 'file':
      return `  - upgrade: ${upgrade}\n    file: ${scalar(targets.file)}\n`;
    case 'discover':
      return `  # All that there is of the family, looked for each time the plan is read. Less of it:
  # discover: { name: "*prod", tags: { team: billing } }
  - { upgrade: ${upgrade}, discover: {} }
`;
  }
}

function idLine(upgrade: string, id: string): string {
  const [instanceId = '', ...proxyIds] = id.split('/');
  const proxy = proxyIds.length > 0 ? `, proxyId: ${quoted(proxyIds.join('/'))}` : '';
  return `  - { upgrade: ${upgrade}, instanceId: ${quoted(instanceId)}${proxy} }\n`;
}

// Between braces more has a meaning.
function quoted(text: string): string {
  return /^[A-Za-z0-9-]+$/.test(text) ? scalar(text) : JSON.stringify(text);
}

// A tenth of fewer would be the canary once more.
const MANY = 20;

function waveLines(count: number | null): string {
  if (count === 1) return '  - { name: all, take: rest, budget: { rejected: 0, failed: 0 } }\n';
  const tenth = '  - { name: tenth, take: 10%, concurrency: 5, budget: { failed: 2% } }\n';
  return `  # One alone; if it does not succeed nothing else begins until you have looked.
  - { name: canary, take: 1, budget: { rejected: 0, failed: 0 } }
${count !== null && count >= MANY ? tenth : ''}  - { name: rest, take: rest, concurrency: 10, budget: { failed: 5% } }
`;
}
