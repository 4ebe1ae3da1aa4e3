import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Report } from '../../rollout/report';
import { submittedIn } from '../support/judge';
import { freeze, startFrozen } from '../support/rollouts';
import { keepEvidence, readHistories, type Evidence } from './evidence';
import { TARGETS } from './fleet';
import { startLab, type Lab } from './lab';
import { planOfStory } from './plan';
import { play, untilEnded, type Played, type Rollout } from './play';
import { faultsOf, troublesOf, type Trouble } from './troubles';
import { judge, type Violation } from './verdict';

/** What came of one story. */
export interface Told extends Played {
  readonly seed: number;
  readonly seconds: number;
  /** Calls and upgrades to which the cloud did something. */
  readonly faults: number;
  readonly submissions: number;
  readonly counts: Report['counts'];
  /** Workers that ended without having been killed; each was started again. */
  readonly ownEnds: number;
  readonly violations: readonly Violation[];
  readonly evidence: Evidence;
}

export interface StoryOptions {
  readonly seed: number;
  /** As found by `findTemporalProgram`. */
  readonly temporal: string;
  /** Where logs, journal, fleet and report are kept, and all histories if a rule is broken. */
  readonly folder: string;
  /** Instead of those of the seed. */
  readonly troubles?: readonly Trouble[];
  /** Likewise. */
  readonly faults?: object;
  /** A multiple of four; {@link TARGETS} if not given. */
  readonly targets?: number;
}

// A story takes one to three minutes; what has not ended by now never will.
const ENDS_WITHIN_MS = 480_000;
const REPORT_TRIES = 5;

/** Plays the story of a seed and judges it. Throws when it does not come to its end. */
export async function playStory(options: StoryOptions): Promise<Told> {
  const { seed, temporal, folder } = options;
  const { troubles = troublesOf(seed), faults = faultsOf(seed), targets = TARGETS } = options;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const began = Date.now();
  const lab = await startLab({ seed, targets, temporal, folder });
  try {
    const fleetBefore = await lab.fleet();
    const frozen = await freeze(lab, planOfStory(fleetBefore, seed));
    await lab.setFaults(faults);
    const handle = await startFrozen(lab, frozen);
    const played = await playToEnd(lab, handle, troubles);

    const [report, fleet, journal] = [
      await readReport(lab, handle),
      await lab.fleet(),
      await lab.journal(),
    ];
    const evidence: Evidence = {
      ...{ seed, frozen, fleetBefore, fleet, journal, report },
      histories: await readHistories(lab.client),
      logs: await Promise.all([0, 1].map((which) => readLog(folder, which))),
      quiet: played.quiet,
      lowered: played.lowered,
    };
    const { ak, sk, password } = lab.access;
    const violations = judge(evidence, [ak, sk, password]);
    await keepEvidence(folder, evidence, violations.length > 0);
    return {
      ...played,
      seed,
      seconds: Math.round((Date.now() - began) / 1_000),
      faults: journal.filter(({ fault }) => fault !== null).length,
      submissions: journal.flatMap(submittedIn).length,
      counts: report.counts,
      ownEnds: lab.workers.reduce((sum, worker) => sum + worker.endedByItself(), 0),
      violations,
      evidence,
    };
  } finally {
    await lab.stop();
  }
}

async function playToEnd(lab: Lab, handle: Rollout, troubles: readonly Trouble[]): Promise<Played> {
  const playing = play(lab, handle, troubles);
  const end = await untilEnded(lab, handle, ENDS_WITHIN_MS);
  const played = await playing.end();
  if (end.status === 'COMPLETED') return played;
  throw new Error(`rule 5: the rollout is ${end.status}: ${end.seen}`);
}

/** As a person asks for it; a worker that was killed at the very end may not be back yet. */
async function readReport(lab: Lab, { workflowId }: Rollout): Promise<Report> {
  for (let tries = 1; ; tries += 1) {
    try {
      return JSON.parse(await lab.upwave(['report', workflowId, '--json'])) as Report;
    } catch (error) {
      if (tries === REPORT_TRIES) throw error;
      await sleep(2_000);
    }
  }
}

async function readLog(folder: string, which: number): Promise<string> {
  return readFile(join(folder, `worker-${which}.log`), 'utf8');
}
