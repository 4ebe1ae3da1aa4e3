import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts } from '../../local/ports';
import type { EmulatorOptions } from '../../emulator/start';
import { startEmulator } from '../../emulator/start';
import type { FaultPlace, JournalLine } from '../../emulator/types';
import type { CloudApi } from '../../cloud/api';
import { createCloudApi } from '../../cloud/api';
import { createFamilies } from '../../cloud/families';
import type { Families, Family } from '../../cloud/family';
import type { CloudSettings } from '../../cloud/settings';
import { DEFAULT_FORMATS } from '../../cloud/settings';
import type {
  FamilyName,
  Progress,
  Reconciliation,
  Submission,
  Ticket,
  Upgrade,
  UpgradeRequest,
} from '../../rollout/upgrade';

export const SCOPE = { projectId: '0483b6b16e954cb88930a360d2c4e663', region: 'cn-north-4' };

const COMMON = { expectMs: null, followForMs: 3_600_000 };

export const UPGRADES = {
  'taurusdb-proxy': { family: 'taurusdb-proxy', targetVersion: '2.26.03.000', ...COMMON },
  'taurusdb-instance': { family: 'taurusdb-instance', delay: false, ...COMMON },
  'gaussdb-hotfix': {
    family: 'gaussdb-hotfix',
    targetVersions: ['3.208.0.6', '3.208.0.7'],
    startAfterMs: 0,
    ...COMMON,
  },
  'dcs-instance': {
    family: 'dcs-instance',
    engineMinorVersion: 'latest',
    proxyMinorVersion: null,
    ...COMMON,
  },
} as const satisfies Record<FamilyName, Upgrade>;

const INSTANCES: Readonly<Record<FamilyName, string>> = {
  'taurusdb-proxy': `${'a'.repeat(32)}in07`,
  'taurusdb-instance': `${'b'.repeat(32)}in07`,
  'gaussdb-hotfix': `${'c'.repeat(32)}in14`,
  'dcs-instance': 'dddddddd-dddd-dddd-dddd-dddddddddddd',
};

export const PROXY_ID = `${'e'.repeat(32)}po01`;

/** One target per family, all of old versions. */
const FLEET = [
  {
    family: 'taurusdb-proxy',
    instanceId: INSTANCES['taurusdb-proxy'],
    proxyId: PROXY_ID,
    version: '2.24.03.000',
  },
  {
    family: 'taurusdb-instance',
    instanceId: INSTANCES['taurusdb-instance'],
    version: '2.0.48.231200',
  },
  {
    family: 'gaussdb-hotfix',
    instanceId: INSTANCES['gaussdb-hotfix'],
    version: '3.208.0.5',
  },
  { family: 'dcs-instance', instanceId: INSTANCES['dcs-instance'], version: '5.0.14.1' },
] as const;

const OWN_IDS = FLEET.map((row) => ('proxyId' in row ? row.proxyId : row.instanceId));

/** A request for the family's target; a test states what differs. */
export function requestFor(
  family: FamilyName,
  change: { readonly upgrade?: Partial<Upgrade>; readonly instanceId?: string } = {},
): UpgradeRequest {
  return {
    scope: SCOPE,
    target: {
      upgrade: 'any',
      instanceId: change.instanceId ?? INSTANCES[family],
      proxyId: family === 'taurusdb-proxy' ? PROXY_ID : null,
      name: null,
      az: null,
      labels: {},
    },
    upgrade: { ...UPGRADES[family], ...change.upgrade } as Upgrade,
  };
}

export interface Warning {
  readonly data: Readonly<Record<string, unknown>>;
  readonly message: string;
}

/** An emulated cloud with our families on it. */
export interface Cloud {
  readonly api: CloudApi;
  readonly families: Families;
  readonly settings: CloudSettings;
  readonly warnings: Warning[];
  /** The next `times` calls of that kind meet the fault, those about `ids` or about no target. */
  fault(on: FaultPlace, fault: string, times?: number, ids?: readonly string[]): Promise<void>;
  /** Calls and ends of upgrades, from the line `since` on. */
  journal(): Promise<readonly JournalLine[]>;
  close(): Promise<void>;
}

/** Starts an emulator; upgrades take a second unless a test says otherwise. */
export async function startCloud(
  options: {
    readonly set?: readonly string[];
    /** Per family, what differs from a target at rest. */
    readonly targets?: Partial<Record<FamilyName, object>>;
    /** Further rows of the fleet. */
    readonly more?: readonly object[];
    readonly credentials?: 'aksk' | 'password';
    readonly settings?: Partial<CloudSettings>;
  } = {},
): Promise<Cloud> {
  const own = FLEET.map((row) => ({ ...row, ...options.targets?.[row.family] }));
  const fleet = [...own, ...(options.more ?? [])];
  const set = ['duration=1s', 'spread=0', 'maintenanceDelay=1s', ...(options.set ?? [])];
  // A port that an emulator before it had could still have kept connections to that one.
  const [port = 0] = await freePorts(4, true);
  const emulator = await startEmulator({ port, fleet, set } satisfies EmulatorOptions);
  const { access } = emulator;
  const settings: CloudSettings = {
    ...DEFAULT_FORMATS,
    credentials:
      options.credentials === 'password'
        ? { kind: 'password', ...access }
        : { kind: 'aksk', ...access },
    endpoints: access.endpoints,
    ...options.settings,
  };
  const warnings: Warning[] = [];
  const api = createCloudApi(settings);
  const log = {
    warn: (data: Warning['data'], message: string) => warnings.push({ data, message }),
  };
  const page = (name: string) => `${access.endpoints.iam}/_emulator/${name}`;
  return {
    api,
    families: createFamilies(api, { ...settings, log: { warn: (d, m) => void log.warn(d, m) } }),
    settings,
    warnings,
    async fault(on, fault, times = 1, ids = OWN_IDS) {
      const list = [...ids, '*'].map((target) => ({ target, on, fault, times }));
      const body = JSON.stringify({ rates: {}, list });
      const answer = await fetch(page('faults'), { method: 'PUT', body });
      if (!answer.ok) throw new Error(`faults: ${await answer.text()}`);
    },
    async journal() {
      const answer = await fetch(page('journal'));
      return (await answer.json()) as readonly JournalLine[];
    },
    close: () => emulator.close(),
  };
}

/** Reads, then submits what the family would be asked to. */
export async function submitAfterLook(
  family: Family,
  request: UpgradeRequest,
): Promise<Submission> {
  return family.submit(request, await basisOf(family, request));
}

/** What a fresh read says the submit is based on. */
export async function basisOf(family: Family, request: UpgradeRequest) {
  const { version, newestVersion } = await family.inspect(request);
  return { versionNow: version, wanted: wantedOf(request.upgrade, newestVersion) };
}

function wantedOf(upgrade: Upgrade, newest: string | null): string {
  switch (upgrade.family) {
    case 'taurusdb-proxy':
      return upgrade.targetVersion;
    case 'gaussdb-hotfix':
      return upgrade.targetVersions.join(',');
    case 'taurusdb-instance':
    case 'dcs-instance':
      return newest ?? '';
  }
}

export function ticketOf(submission: Submission): Ticket {
  if (submission.state !== 'accepted')
    throw new Error(`not accepted: ${JSON.stringify(submission)}`);
  return submission.ticket;
}

/** Looks until it no longer runs. */
export async function followToEnd(
  family: Family,
  request: UpgradeRequest,
  ticket: Ticket,
): Promise<{ readonly end: Progress; readonly seen: readonly Progress[] }> {
  const seen: Progress[] = [];
  for (let look = 0; look < 100; look += 1) {
    const progress = await family.follow(request, ticket);
    seen.push(progress);
    if (progress.state !== 'running') return { end: progress, seen };
    await sleep(100);
  }
  throw new Error(`still running: ${JSON.stringify(seen.at(-1))}`);
}

/** Looks for a lost submit until a look tells more than "absent". */
export async function reconcileFor(
  family: Family,
  request: UpgradeRequest,
  lost: Ticket,
  ms: number,
): Promise<Reconciliation> {
  const endMs = Date.now() + ms;
  for (;;) {
    const found = await family.reconcile(request, lost);
    if (found.state === 'adopted' || Date.now() > endMs) return found;
    await sleep(100);
  }
}

/** What a promise was rejected with. */
export async function rejection(promise: Promise<unknown>): Promise<Error> {
  const outcome = await promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if ('error' in outcome && outcome.error instanceof Error) return outcome.error;
  throw new Error(`not rejected: ${JSON.stringify(outcome)}`);
}
