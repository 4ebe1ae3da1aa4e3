import { startEmulator } from '../emulator/start';
import { pythonEnvironment } from '../test/support/python-environment';
import type { FleetRow, JournalLine } from '../test/support/world';
import { REQUIREMENTS, startPlaybook, type Playbook } from './ansible-run';
import {
  AT_ONCE,
  callsPerTarget,
  CLOUD,
  faultsOf,
  TARGETS,
  untilHalfBegun,
  type Ran,
  type Trial,
} from './ansible-trial';
import { runUpwave } from './ansible-upwave';
import { atMost, figure, type Bench, type BenchResult, type Figure } from './bench';
import { spansIn } from './journal';
import { honestyOf } from './said';
import { listMakespan } from './schedule';

const POLL_SECONDS = 2;

const CALM: Trial = { name: 'calm', lostAfter: 0, lostBefore: 0, isKilled: false };
const LOST: Trial = { name: 'lost', lostAfter: 4, lostBefore: 4, isKilled: false };
const KILLED: Trial = { name: 'killed', lostAfter: 0, lostBefore: 0, isKilled: true };

/** The way in which such fleets are upgraded today, beside ours. */
export const ansible: Bench = {
  name: 'ansible',
  about:
    `${TARGETS} targets at ${AT_ONCE} at once, upgrades of about 4 s, by ansible-core and by upwave: ` +
    `undisturbed; with ${LOST.lostAfter} answers and ${LOST.lostBefore} requests lost; and killed at half, then run again`,
  run: async (say): Promise<BenchResult> => {
    const environment = await pythonEnvironment(REQUIREMENTS, say);
    if ('missing' in environment) return { state: 'absent', why: environment.missing };
    const figures: Figure[] = [];
    for (const trial of [CALM, LOST, KILLED]) {
      const theirs = await runAnsible(environment.python, trial);
      say(`${trial.name}: ansible-core took ${theirs.seconds.toFixed(1)} s`);
      const ours = await runUpwave(trial, say);
      say(`${trial.name}: upwave took ${ours.seconds.toFixed(1)} s`);
      if (trial === CALM) figures.push(...costs(theirs, 'ansible'), ...costs(ours, 'upwave'));
      figures.push(...honesty(trial, theirs), ...held(trial, ours));
    }
    return { state: 'measured', figures };
  },
};

async function runAnsible(python: string, trial: Trial): Promise<Ran> {
  const { seed, size, set } = CLOUD;
  const words = Object.entries(set).map(([key, value]) => `${key}=${value}`);
  const emulator = await startEmulator({ seed: String(seed), size, set: words });
  let playbook: Playbook | undefined;
  try {
    const page = <T>(name: string) => read<T>(`${emulator.access.endpoints.iam}/_emulator/${name}`);
    const fleet = await page<FleetRow[]>('fleet');
    const journal = () => page<JournalLine[]>('journal');
    await setFaults(emulator.access.endpoints.iam, faultsOf(trial, fleet));
    const from = Date.now();
    const { access } = emulator;
    const start = () =>
      startPlaybook({ python, access, fleet, atOnce: AT_ONCE, pollSeconds: POLL_SECONDS });
    playbook = await start();
    if (trial.isKilled) {
      await untilHalfBegun(journal, playbook.ended);
      await playbook.kill();
      await playbook.ended;
      playbook = await start();
    }
    const { said, processorSeconds } = await playbook.ended;
    return {
      said,
      fleet: await page('fleet'),
      journal: await journal(),
      seconds: (Date.now() - from) / 1000,
      processorSeconds: { 'all processes': processorSeconds },
    };
  } finally {
    await playbook?.kill();
    await emulator.close();
  }
}

function costs(ran: Ran, tool: string): readonly Figure[] {
  const { journal, processorSeconds, seconds } = ran;
  const durations = spansIn(journal).map(({ startedMs, endedMs }) => endedMs - startedMs);
  return [
    figure(`${tool}: makespan, from the command to its end`, seconds, 's'),
    figure(
      `${tool}: makespan by the list schedule`,
      (seconds * 1000) / listMakespan(durations, AT_ONCE),
    ),
    figure(`${tool}: calls`, callsPerTarget(ran), 'per target'),
    ...Object.entries(processorSeconds).map(([name, each]) =>
      figure(`${tool}: processor's time, ${name}`, each / TARGETS, 's per target'),
    ),
  ];
}

function honesty(trial: Trial, ran: Ran): readonly Figure[] {
  const { wrong, undone, submittedTwice } = honestyOf(ran.fleet, ran.said);
  return [
    figure(`ansible, ${trial.name}: told wrongly`, wrong, 'targets'),
    figure(`ansible, ${trial.name}: not upgraded at the end`, undone, 'targets'),
    figure(`ansible, ${trial.name}: upgraded twice`, submittedTwice, 'targets'),
  ];
}

/** The same of ours, with what we promise. */
function held(trial: Trial, ran: Ran): readonly Figure[] {
  const { wrong, undone, submittedTwice } = honestyOf(ran.fleet, ran.said);
  return [
    atMost(0, `upwave, ${trial.name}: told wrongly`, wrong, 'targets'),
    atMost(0, `upwave, ${trial.name}: not upgraded at the end`, undone, 'targets'),
    atMost(0, `upwave, ${trial.name}: upgraded twice`, submittedTwice, 'targets'),
  ];
}

async function read<T>(url: string): Promise<T> {
  const answered = await fetch(url);
  if (!answered.ok) throw new Error(`${url} answered ${answered.status}`);
  return (await answered.json()) as T;
}

async function setFaults(address: string, faults: object): Promise<void> {
  const url = `${address}/_emulator/faults`;
  const answered = await fetch(url, { method: 'PUT', body: JSON.stringify(faults) });
  if (!answered.ok) throw new Error(`${url} answered ${answered.status}`);
}
