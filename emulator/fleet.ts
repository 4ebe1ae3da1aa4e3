import { parseDuration } from './duration';
import { hash, unit } from './random';
import type { Settings } from './settings';
import type { Family, Target } from './types';
import { families } from './types';
import { compareVersions, patches } from './versions';

/** The kernel at which older ones must stop first (user guide taurusdb_05_2265, cloud-apis.md 2.5). */
const steppingStone = '2.0.51.240311';

interface World {
  readonly seed: string;
  readonly settings: Settings;
  readonly now: number;
}

const olderVersions: Readonly<Record<Family, readonly string[]>> = {
  'taurusdb-proxy': ['2.23.12.000', '2.24.03.000', '2.24.09.000'],
  'taurusdb-instance': ['2.0.28.7', '2.0.48.231200', '2.0.51.240300'],
  'gaussdb-hotfix': ['', '3.208.0.5'],
  'dcs-instance': ['5.0.10.2', '5.0.12.1', '5.0.14.1'],
};

const latestVersions: Readonly<Record<Family, string>> = {
  'taurusdb-proxy': '2.26.03.000',
  'taurusdb-instance': '2.0.60.241200',
  'gaussdb-hotfix': '3.208.0.5,3.208.0.6,3.208.0.7',
  'dcs-instance': '5.0.16.3',
};

const normalStatus: Readonly<Record<Family, string>> = {
  'taurusdb-proxy': 'ACTIVE',
  'taurusdb-instance': 'ACTIVE',
  'gaussdb-hotfix': 'ACTIVE',
  'dcs-instance': 'RUNNING',
};

/** What the family's own pages call an instance that is well and idle. */
export function normalStatusOf(family: Family): string {
  return normalStatus[family];
}

/** `size` targets dealt out to the four families; the same seed makes the same fleet. */
export function generateFleet(world: World, size: number): readonly Target[] {
  const rows = Array.from({ length: size }, (_, index) => {
    const family = families[index % families.length] ?? 'taurusdb-proxy';
    return complete(world, { family }, index);
  });
  return withParents(world, rows);
}

/** The fleet of a `--fleet` file, or every row that is wrong. */
export function readFleet(
  world: World,
  data: unknown,
): { readonly fleet: readonly Target[] } | { readonly problems: readonly string[] } {
  if (!Array.isArray(data)) return { problems: ['the fleet must be a JSON array'] };
  const rows = data as readonly unknown[];
  const problems = rows.flatMap((row, index) =>
    problemsOf(row).map((problem) => `fleet[${index}]: ${problem}`),
  );
  if (problems.length > 0) return { problems };
  const targets = rows.map((row, index) => complete(world, row as FleetRow, index));
  const keys = targets.map((target) => target.proxyId ?? target.instanceId);
  const seen = new Set<string>();
  const twice = keys.filter((key) => seen.size === seen.add(key).size);
  if (twice.length > 0) return { problems: twice.map((key) => `${key} is there twice`) };
  return { fleet: withParents(world, targets) };
}

/** One row of a fleet file; what is absent is generated. `status` is for good unless `statusFor` is given. */
export interface FleetRow {
  readonly family: Family;
  readonly instanceId?: string;
  readonly proxyId?: string;
  readonly name?: string;
  readonly az?: string;
  readonly maintenanceWindow?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly version?: string;
  readonly latest?: string;
  readonly via?: readonly string[];
  /** DCS only; null: an instance without proxy nodes. */
  readonly proxyVersion?: string | null;
  readonly latestProxyVersion?: string;
  readonly status?: string;
  readonly statusFor?: string;
  readonly preCheck?: 'failed';
}

const idForms: Readonly<Record<Family, RegExp>> = {
  'taurusdb-proxy': /^[0-9a-zA-Z]{32}in07$/,
  'taurusdb-instance': /^[0-9a-zA-Z]{32}in07$/,
  'gaussdb-hotfix': /^[0-9a-zA-Z]{32}in14$/,
  'dcs-instance': /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
};

const proxyIdForm = /^[0-9a-zA-Z]{32}po01$/;

/** Whether an instance id has the form of its family (cloud-apis.md section 5). */
export function isInstanceId(family: Family, id: string): boolean {
  return idForms[family].test(id);
}

/** Whether an id has the form of a TaurusDB proxy's (section 5). */
export function isProxyId(id: string): boolean {
  return proxyIdForm.test(id);
}

const textFields =
  'instanceId proxyId name az maintenanceWindow version latest proxyVersion latestProxyVersion status';
const rowFields = new Set([
  ...textFields.split(' '),
  'family',
  'tags',
  'via',
  'statusFor',
  'preCheck',
]);

function problemsOf(row: unknown): readonly string[] {
  if (typeof row !== 'object' || row === null) return ['must be an object'];
  const fields = row as Readonly<Record<string, unknown>>;
  const family = families.find((known) => known === fields.family);
  if (family === undefined) return [`family must be one of ${families.join(', ')}`];
  const { instanceId, proxyId, statusFor, maintenanceWindow } = fields;
  const isProxy = family === 'taurusdb-proxy';
  const checks: readonly (readonly [boolean, string])[] = [
    ...Object.keys(fields).map((key) => [!rowFields.has(key), `unknown field "${key}"`] as const),
    ...textFields.split(' ').map((key) => {
      const value = fields[key] ?? '';
      return [typeof value !== 'string', `${key} must be text`] as const;
    }),
    [
      typeof instanceId === 'string' && !isInstanceId(family, instanceId),
      `instanceId has not the form of a ${family} instance`,
    ],
    [typeof proxyId === 'string' && !(isProxy && isProxyId(proxyId)), 'proxyId must end in po01'],
    [
      typeof maintenanceWindow === 'string' && !/^\d\d:00-\d\d:00$/.test(maintenanceWindow),
      'maintenanceWindow must be whole hours such as 02:00-06:00',
    ],
    [
      statusFor !== undefined &&
        (typeof statusFor !== 'string' || parseDuration(statusFor) === undefined),
      'statusFor must be a duration such as 5s',
    ],
  ];
  return checks.filter(([wrong]) => wrong).map(([, words]) => words);
}

function complete(world: World, row: FleetRow, index: number): Target {
  const id = hash(world.seed, 'instance', row.family, index);
  const { family } = row;
  const older = olderVersions[family];
  const version =
    row.version ?? older[Math.floor(unit(world.seed, 'version', index) * older.length)];
  const isProxy = family === 'taurusdb-proxy';
  // Every second cache is a proxy cluster: only those have proxy nodes (cloud-apis.md 4.6).
  const hasProxyNodes = family === 'dcs-instance' && Math.floor(index / 4) % 2 === 0;
  const proxyVersion =
    row.proxyVersion === undefined && hasProxyNodes ? '5.0.12.1' : (row.proxyVersion ?? null);
  const latest = normalise(family, row.latest ?? latestVersions[family]);
  const statusForMs = row.statusFor === undefined ? undefined : parseDuration(row.statusFor);
  return {
    family,
    instanceId: row.instanceId ?? instanceIdOf(family, id),
    proxyId: isProxy ? (row.proxyId ?? `${hash(id, 'proxy').slice(0, 32)}po01`) : null,
    name: row.name ?? `${family}-${String(index).padStart(4, '0')}`,
    az: row.az ?? `cn-north-4${'abc'[index % 3]}`,
    maintenanceWindow: row.maintenanceWindow ?? null,
    tags: row.tags ?? { team: index % 2 === 0 ? 'orders' : 'billing' },
    version: normalise(family, version ?? ''),
    latest,
    via: row.via ?? stepsOf(world, family, latest),
    proxyVersion,
    latestProxyVersion: row.latestProxyVersion ?? (proxyVersion === null ? null : '5.0.14.1'),
    status: row.status === undefined || row.status === normalStatus[family] ? null : row.status,
    statusUntil: statusForMs === undefined ? null : new Date(world.now + statusForMs).toISOString(),
    preCheckFails: row.preCheck === 'failed',
    parentOnly: false,
    createdAt: new Date(world.now).toISOString(),
    upgradesStarted: 0,
    upgradesCompleted: 0,
  };
}

function normalise(family: Family, version: string): string {
  return family === 'gaussdb-hotfix' ? patches(version).join(',') : version;
}

function stepsOf({ settings }: World, family: Family, latest: string): readonly string[] {
  const needed = family === 'taurusdb-instance' && settings.multiStep === 'true';
  return needed && compareVersions(latest, steppingStone) > 0 ? [steppingStone] : [];
}

function instanceIdOf(family: Family, id: string): string {
  switch (family) {
    case 'taurusdb-proxy':
    case 'taurusdb-instance':
      return `${id.slice(0, 32)}in07`;
    case 'gaussdb-hotfix':
      return `${id.slice(0, 32)}in14`;
    case 'dcs-instance':
      return [8, 12, 16, 20, 32].map((end, i) => id.slice([0, 8, 12, 16, 20][i], end)).join('-');
  }
}

function withParents(world: World, targets: readonly Target[]): readonly Target[] {
  const present = new Set(targets.filter((t) => t.proxyId === null).map((t) => t.instanceId));
  const orphans = targets.filter((t) => t.proxyId !== null && !present.has(t.instanceId));
  const ids = [...new Set(orphans.map((t) => t.instanceId))];
  const latest = latestVersions['taurusdb-instance'];
  const parents = ids.map((instanceId, index) => ({
    ...complete(world, { family: 'taurusdb-instance', instanceId, version: latest, latest }, index),
    name: `proxied-${String(index).padStart(4, '0')}`,
    parentOnly: true,
  }));
  return [...targets, ...parents];
}
