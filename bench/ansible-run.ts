import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Access } from '../emulator/control';
import { onStopSignal, startProgram, type StartedProgram } from '../local/processes';
import { runProgram } from '../local/run-program';
import { PYTHON_ENV } from '../test/support/python-environment';
import type { FleetRow } from '../test/support/world';
import { keyOf, type Said } from './said';

const FOLDER = join(__dirname, 'ansible');
// The emulator answers at once; what takes its time is Python's start on a busy machine.
const MODULE_ENDS_WITHIN_MS = 3_000;
const PLAYBOOK = join(FOLDER, 'upgrade.yml');
export const REQUIREMENTS = join(FOLDER, 'requirements.txt');

/** What a run of the playbook has said. */
export interface PlaybookEnd {
  readonly said: ReadonlyMap<string, Said>;
  /** Of ansible-playbook and all that it has started; NaN if it did not come to its end. */
  readonly processorSeconds: number;
}

/** A started playbook. */
export interface Playbook {
  /** Settles at its end, also when it was killed. */
  readonly ended: Promise<PlaybookEnd>;
  /** SIGKILL to all its processes, as when the machine is gone. */
  kill(): Promise<void>;
}

/** One run of the playbook over the fleet, so many targets at once. */
export async function startPlaybook(given: {
  readonly python: string;
  readonly access: Access;
  readonly fleet: readonly FleetRow[];
  readonly atOnce: number;
  readonly pollSeconds: number;
}): Promise<Playbook> {
  const { python, atOnce, fleet } = given;
  const scratch = await mkdtemp(join(tmpdir(), 'upwave-ansible-'));
  const inventory = join(scratch, 'inventory.json');
  await writeFile(inventory, JSON.stringify(inventoryOf(given)), { mode: 0o600 });
  const command = [
    '-m',
    'ansible',
    'playbook',
    '--forks',
    String(atOnce),
    '-i',
    inventory,
    PLAYBOOK,
  ];
  const program = await startProgram({
    file: python,
    args: [join(FOLDER, 'measured.py'), python, ...command],
    env: { ...PYTHON_ENV, ...withoutAnsibles(process.env), ...settings(scratch) },
    name: 'ansible-playbook',
  });
  const kill = () => killAll(program, inventory);
  const release = onStopSignal(async () => {
    await kill();
    await ended;
  });
  const ended = program.exited.then(async (): Promise<PlaybookEnd> => {
    const end = { said: recapOf(program.lines, fleet), processorSeconds: secondsIn(program.lines) };
    // Modules that were under way when Ansible was killed go on to the end of their call.
    if (Number.isNaN(end.processorSeconds)) await sleep(MODULE_ENDS_WITHIN_MS);
    await rm(scratch, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    release();
    return end;
  });
  return { ended, kill };
}

/** Ansible's workers leave the group of their parent, and wait for ever for a parent that was killed. */
async function killAll(program: StartedProgram, inventory: string): Promise<void> {
  const ended = program.kill();
  for (let pids = await running(inventory); pids.length > 0; pids = await running(inventory)) {
    for (const pid of pids) killOne(pid);
  }
  await ended;
}

/** The processes that have the inventory's path, which is this run's alone, among their words. */
async function running(inventory: string): Promise<readonly number[]> {
  const { lines } = await runProgram({
    file: 'ps',
    args: ['-A', '-o', 'pid=,args='],
    env: {},
    name: 'ps',
    timeoutMs: 20_000,
  });
  return lines.filter((line) => line.includes(inventory)).map((line) => Number.parseInt(line, 10));
}

function killOne(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Nothing of the user's own Ansible is read or written. */
function settings(scratch: string): Readonly<Record<string, string>> {
  return {
    ANSIBLE_CONFIG: join(FOLDER, 'ansible.cfg'),
    ANSIBLE_HOME: scratch,
    ANSIBLE_LOCAL_TEMP: join(scratch, 'local'),
    ANSIBLE_REMOTE_TEMP: join(scratch, 'remote'),
    ANSIBLE_NOCOLOR: '1',
    LC_ALL: 'C.UTF-8',
    // The emulator is right here, whatever proxy this shell uses.
    no_proxy: '*',
  };
}

function withoutAnsibles(env: NodeJS.ProcessEnv): Record<string, undefined> {
  const names = Object.keys(env).filter((name) => name.startsWith('ANSIBLE_'));
  return Object.fromEntries(names.map((name) => [name, undefined]));
}

function inventoryOf(given: {
  readonly python: string;
  readonly access: Access;
  readonly fleet: readonly FleetRow[];
  readonly pollSeconds: number;
}): object {
  const { access, fleet, python, pollSeconds } = given;
  const hosts = fleet.map((row) => [
    keyOf(row),
    {
      family: row.family,
      instance_id: row.instanceId,
      proxy_id: row.proxyId,
      wanted: row.latest,
    },
  ]);
  return {
    all: {
      vars: {
        ansible_connection: 'local',
        ansible_python_interpreter: python,
        project_id: access.projectId,
        region: access.region,
        user: access.user,
        password: access.password,
        domain: access.domain,
        endpoints: access.endpoints,
        poll_delay: pollSeconds,
        poll_retries: 60,
      },
      hosts: { localhost: {} },
      children: { fleet: { hosts: Object.fromEntries(hosts) as object } },
    },
  };
}

/** What the play's recap says of each target; one that is not in it was not told of. */
export function recapOf(
  lines: readonly string[],
  fleet: readonly FleetRow[],
): ReadonlyMap<string, Said> {
  const recap = lines.slice(lines.findIndex((line) => line.startsWith('PLAY RECAP')));
  const said = new Map<string, Said>();
  for (const line of recap) {
    const [, host = '', changed, unreachable, failed] =
      /^(\S+)\s+: ok=\d+\s+changed=(\d+)\s+unreachable=(\d+)\s+failed=(\d+)/.exec(line) ?? [];
    if (!fleet.some((row) => keyOf(row) === host)) continue;
    if (failed !== '0' || unreachable !== '0') said.set(host, 'failed');
    else said.set(host, changed === '0' ? 'unchanged' : 'upgraded');
  }
  return said;
}

function secondsIn(lines: readonly string[]): number {
  const [, seconds] = /^processor seconds: ([\d.]+)$/.exec(lines.at(-1) ?? '') ?? [];
  return Number(seconds ?? NaN);
}
