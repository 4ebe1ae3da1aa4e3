import { setTimeout as sleep } from 'node:timers/promises';
import type { EmulatorOptions } from '../../emulator/start';
import { startEmulator } from '../../emulator/start';
import type { Effect, Family, JournalLine, Service } from '../../emulator/types';

export interface Access {
  readonly projectId: string;
  readonly region: string;
  readonly ak: string;
  readonly sk: string;
  readonly user: string;
  readonly password: string;
  readonly domain: string;
  readonly endpoints: Readonly<Record<Service, string>>;
}

export interface FleetRow {
  readonly family: Family;
  readonly instanceId: string;
  readonly proxyId: string | null;
  readonly version: string;
  readonly latest: string;
  readonly status: string;
  readonly upgradesStarted: number;
  readonly upgradesCompleted: number;
}

type Some<T> = readonly [T, ...T[]];

/** The fields, of all the answers there are, that some test reads; which of them are there is the test's claim. */
export interface Body {
  readonly error_code: string;
  readonly errCode: string;
  readonly error_msg: string;
  readonly update_result: Some<{ readonly workflow_id: string; readonly state: string }>;
  readonly instance_tasks: Some<{ readonly task_id: string; readonly task_name: string }>;
  readonly job_id: string;
  readonly task_id: string;
  readonly job: JobBody;
  readonly jobs: Some<JobBody>;
  readonly tasks: Some<JobBody>;
  readonly schedules: Some<{ readonly job_status: string }>;
  readonly scheduled_tasks: Some<{ readonly start_time: number }>;
  readonly step_details: unknown;
  readonly task_count: unknown;
  readonly proxy_list: Some<{ readonly proxy: { readonly status: string } }>;
  readonly instance: InstanceBody;
  readonly instances: Some<InstanceBody>;
  readonly total_count: number;
  readonly instance_num: number;
  readonly datastore: { readonly current_kernel_version: string };
  readonly engine_minor_version: string;
  readonly upgrade_flag: boolean;
  readonly upgrade_precheck_result: string;
  readonly hotfix_upgrade_candidate_versions: unknown;
  readonly hotfix_upgrade_infos: Some<unknown>;
  readonly token: {
    readonly issued_at: string;
    readonly expires_at: string;
    readonly project: unknown;
  };
  readonly projects: unknown;
}

interface JobBody {
  readonly id: string;
  readonly job_id: string;
  readonly status: string;
  readonly process: string;
  readonly ended: string;
  readonly fail_reason: string;
}

interface InstanceBody {
  readonly id: string;
  readonly status: string;
  readonly proxies: unknown;
  readonly datastore: { readonly hotfix_version_infos: readonly { readonly version: string }[] };
}

export interface Answered {
  readonly status: number;
  readonly body: Body;
  readonly headers: Headers;
}

/** The emulated cloud as a hand-written client sees it. */
export interface Cloud {
  readonly access: Access;
  call(
    service: Service,
    request: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answered>;
  fleet(): Promise<readonly FleetRow[]>;
  target(family: Family): Promise<FleetRow>;
  journal(): Promise<readonly JournalLine[]>;
  effects(): Promise<readonly Effect[]>;
  faults(faults: unknown): Promise<Answered>;
}

/** Fast upgrades, all of one length, found at once. */
export const quick = ['duration=40ms', 'spread=0', 'jobVisibleAfter=0s', 'maintenanceDelay=60ms'];

const running: { close(): Promise<void> }[] = [];

/** Starts an emulator in this process; `stopAll` in afterEach ends it. */
export async function start(options: EmulatorOptions = {}): Promise<Cloud> {
  const emulator = await startEmulator({ ...options, set: [...quick, ...(options.set ?? [])] });
  running.push(emulator);
  return cloudAt(emulator.access.endpoints.iam);
}

export async function stopAll(): Promise<void> {
  await Promise.all(running.splice(0).map((emulator) => emulator.close()));
}

/** A client with a token of its own for the emulator that has a listener at the address. */
export async function cloudAt(address: string): Promise<Cloud> {
  const access = (await (await fetch(`${address}/_emulator/access`)).json()) as Access;
  const { headers } = await post(`${access.endpoints.iam}/v3/auth/tokens`, tokenRequest(access));
  const token = headers.get('x-subject-token') ?? '';
  const page = async <T>(name: string): Promise<T> =>
    (await (await fetch(`${access.endpoints.dcs}/_emulator/${name}`)).json()) as T;
  const fleet = () => page<readonly FleetRow[]>('fleet');
  const journal = () => page<readonly JournalLine[]>('journal');
  return {
    access,
    fleet,
    journal,
    call: async (service, request, body, extra = {}) => {
      const [method = 'GET', path = ''] = request.split(' ');
      const url = access.endpoints[service] + path.replace('{project}', access.projectId);
      const type: Record<string, string> =
        body === undefined ? {} : { 'content-type': 'application/json' };
      const content = body === undefined ? undefined : JSON.stringify(body);
      const sent = { 'x-auth-token': token, ...type, ...extra };
      return read(await fetch(url, { method, headers: sent, body: content }));
    },
    target: async (family) => {
      const found = (await fleet()).find((row) => row.family === family);
      if (found === undefined) throw new Error(`no ${family} in the fleet`);
      return found;
    },
    effects: async () => (await journal()).flatMap((line) => line.effects),
    faults: async (faults) =>
      read(
        await fetch(`${access.endpoints.gaussdb}/_emulator/faults`, {
          method: 'PUT',
          body: JSON.stringify(faults),
        }),
      ),
  };
}

/** The body of a token request as the IAM page has it. */
export function tokenRequest(access: Access, other: { readonly password?: string } = {}): object {
  return {
    auth: {
      identity: {
        methods: ['password'],
        password: {
          user: {
            name: access.user,
            password: other.password ?? access.password,
            domain: { name: access.domain },
          },
        },
      },
      scope: { project: { name: access.region } },
    },
  };
}

export async function post(url: string, body: unknown): Promise<Answered> {
  const headers = { 'content-type': 'application/json' };
  return read(await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) }));
}

/** The call that upgrades a target to its latest version. */
export function submission(row: FleetRow): readonly [Service, string, unknown] {
  switch (row.family) {
    case 'taurusdb-proxy': {
      const path = `/v3/{project}/instances/${row.instanceId}/proxy/${row.proxyId}/upgrade-version`;
      const body = { source_version: row.version, target_version: row.latest };
      return ['taurusdb', `POST ${path}`, body];
    }
    case 'taurusdb-instance': {
      const info = { current_version: row.version, instance_id: row.instanceId };
      const body = { databases_instance_infos: [info], delay: 'false' };
      return ['taurusdb', 'POST /v3/{project}/instances/database-version/upgrade', body];
    }
    case 'gaussdb-hotfix': {
      const path = '/v3/{project}/instances/db-upgrade/schedule-task';
      return ['gaussdb', `POST ${path}`, hotfix([row.instanceId], row.latest)];
    }
    case 'dcs-instance': {
      const path = `/v2/{project}/instances/${row.instanceId}/minor-version/upgrade`;
      return ['dcs', `POST ${path}`, { engine_minor_version: 'latest' }];
    }
  }
}

export function hotfix(ids: readonly string[], versions: string, startsAtMs = 0): object {
  return {
    instance_ids: ids,
    start_time: `${new Date(startsAtMs).toISOString().slice(0, 19)}+0000`,
    upgrade_type: 'hotfix',
    upgrade_action: 'upgradeAutoCommit',
    target_version: versions,
  };
}

/** Asks again until the answer pleases; fails after five seconds with the last one. */
export async function until<T>(ask: () => Promise<T>, pleases: (answer: T) => boolean): Promise<T> {
  const endsAt = Date.now() + 5000;
  for (;;) {
    const answer = await ask();
    if (pleases(answer)) return answer;
    if (Date.now() > endsAt) throw new Error(`still ${JSON.stringify(answer)}`);
    await sleep(10);
  }
}

/** The error code of whichever shape. */
export function codeOf({ body }: Answered): string {
  const { error_code: code, errCode } = body as Partial<Body>;
  return code ?? errCode ?? '';
}

async function read(response: Response): Promise<Answered> {
  const text = await response.text();
  return { status: response.status, body: parse(text) as Body, headers: response.headers };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
