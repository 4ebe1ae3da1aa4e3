import { join } from 'node:path';
import { runProgram } from '../local/run-program';
import type { World } from '../test/support/world';
import { AT_ONCE, CLOUD, faultsOf, untilHalfBegun, type Ran, type Trial } from './ansible-trial';
import { inPlace, type Place } from './place';
import { benchPlan } from './plans';
import { processorSeconds } from './processor-time';
import { keyOf, type Said } from './said';

const MAIN = join(__dirname, '..', 'dist', 'client', 'main.js');
const REPORT_LIMIT_MS = 60_000;
// About as often as the playbook looks.
const POLLING = { min: '1s', max: '2s' };

/** The trial with upwave: a worker that is killed is started again, as a supervisor would. */
export function runUpwave(trial: Trial, say: (line: string) => void): Promise<Ran> {
  return inPlace(CLOUD, say, (place) => rollOut(place, trial));
}

async function rollOut(
  { world, server, workers, restartWorker }: Place,
  trial: Trial,
): Promise<Ran> {
  const fleet = await world.fleet();
  await world.setFaults(faultsOf(trial, fleet));
  const used = await usedBy(server.pid, workers[0]?.pid);
  const from = Date.now();
  const handle = await world.start(benchPlan(fleet, { concurrency: AT_ONCE, polling: POLLING }));
  const ended = handle.result();
  if (trial.isKilled) {
    await untilHalfBegun(() => world.journal(), ended);
    await restartWorker();
  }
  await ended;
  const seconds = (Date.now() - from) / 1000;
  const after = await usedBy(server.pid, workers[0]?.pid);
  return {
    said: await reported(world, handle.workflowId),
    fleet: await world.fleet(),
    journal: await world.journal(),
    seconds,
    processorSeconds: {
      worker: after.worker - used.worker,
      'Temporal dev server': after.server - used.server,
    },
  };
}

async function usedBy(server: number, worker = 0) {
  return { server: await processorSeconds(server), worker: await processorSeconds(worker) };
}

interface ReportedTarget {
  readonly instanceId: string;
  readonly proxyId: string | null;
  readonly outcome: string | null;
}

/** What a person reads in the report. */
async function reported(world: World, rollout: string): Promise<ReadonlyMap<string, Said>> {
  const { code, lines } = await runProgram({
    file: MAIN,
    args: ['report', rollout, '--json'],
    env: world.env,
    name: 'upwave report',
    timeoutMs: REPORT_LIMIT_MS,
  });
  if (code !== 0 && code !== 3) throw new Error(`upwave report: ${lines.slice(-5).join('\n')}`);
  const report = JSON.parse(lines.slice(lines.indexOf('{')).join('\n')) as {
    readonly targets: readonly ReportedTarget[];
  };
  return new Map(report.targets.map((target) => [keyOf(target), saidBy(target.outcome)]));
}

function saidBy(outcome: string | null): Said {
  switch (outcome) {
    case 'succeeded':
      return 'upgraded';
    case 'upToDate':
      return 'unchanged';
    case 'rejected':
    case 'failed':
      return 'failed';
    default:
      return 'unknown';
  }
}
