import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FrozenPlan } from '../../rollout/frozen-plan';
import type { Plan } from '../../rollout/plan';
import type { Report } from '../../rollout/report';
import * as messages from '../../workflows/messages';
import { submittedIn } from '../support/judge';
import { freeze, startFrozen, until } from '../support/rollouts';
import { startRollout } from '../support/world';
import { keepEvidence, keepHistories, readHistories, type Evidence } from './evidence';
import { TARGETS } from './fleet';
import { startHookServer } from './hook-server';
import { startLab, type Lab } from './lab';
import { planOfStory } from './plan';
import { play, untilEnded, type Played, type Rollout } from './play';
import { notReplayed } from './replayed';
import { specialOf, withOpenings, type Special } from './special';
import { faultsOf, freezingTroublesOf, SLOW_READS, troublesOf, type Trouble } from './troubles';
import { judge } from './verdict';
import type { Violation } from './violation';

/** What came of one story. */
export interface Told extends Played {
  readonly seed: number;
  readonly special: Special;
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
  /** Likewise. */
  readonly special?: Special;
  /** A multiple of four; {@link TARGETS} if not given. */
  readonly targets?: number;
}

// A story takes one to three minutes, and more where undos never work: 45 s of each attempt, and
// proxies of one instance go one by one. What has not ended by now never will.
const ENDS_WITHIN_MS = 720_000;
const REPORT_TRIES = 5;

/** Plays the story of a seed and judges it. Throws when it does not come to its end. */
export async function playStory(options: StoryOptions): Promise<Told> {
  const { seed, temporal, folder, special = specialOf(options.seed) } = options;
  const { troubles = troublesOf(seed, special), targets = TARGETS } = options;
  const { faults = faultsOf(seed) } = options;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const started = Date.now();
  const hooks = special.hooks ? await startHookServer(seed) : null;
  const lab = await startLab({ seed, targets, temporal, folder });
  try {
    const fleetBefore = await lab.fleet();
    const plan = planOfStory(fleetBefore, seed, { special, hooks: hooks?.url ?? null });
    const begun = await begin(lab, plan, { seed, special, faults });
    const { handle, ...beginning } = begun;
    const played = together(beginning.kills, await playToEnd(lab, handle, troubles));

    const [report, fleet, journal] = [
      await readReport(lab, handle),
      await lab.fleet(),
      await lab.journal(),
    ];
    const histories = await readHistories(lab.client);
    const { quiet, lowered, cuts } = played;
    const evidence: Evidence = {
      ...{ seed, fleetBefore, fleet, journal, report, histories, quiet, lowered, cuts },
      frozen: beginning.frozen,
      frozenTwice: beginning.frozenTwice,
      logs: await Promise.all([0, 1].map((which) => readLog(folder, which))),
      hookCalls: hooks?.calls() ?? [],
      notReplayed: await notReplayed(histories),
    };
    const { ak, sk, password } = lab.access;
    const violations = judge(evidence, [ak, sk, password]);
    await keepEvidence(folder, evidence);
    if (violations.length > 0) await keepHistories(folder, histories);
    return {
      ...played,
      seed,
      special,
      seconds: Math.round((Date.now() - started) / 1_000),
      faults: journal.filter(({ fault }) => fault !== null).length,
      submissions: journal.flatMap(submittedIn).length,
      counts: report.counts,
      ownEnds: lab.workers.reduce((sum, worker) => sum + worker.endedByItself(), 0),
      violations,
      evidence,
    };
  } catch (error) {
    // Whatever could still be read says more than the error alone.
    const histories = await readHistories(lab.client).catch(() => []);
    await keepHistories(folder, histories);
    throw error;
  } finally {
    await lab.stop();
    await hooks?.stop();
  }
}

/** A rollout that has begun, with the plan that it does. */
interface Begun {
  readonly handle: Rollout;
  readonly frozen: FrozenPlan;
  readonly frozenTwice: Evidence['frozenTwice'];
  /** While the plan was frozen. */
  readonly kills: Played['kills'];
}

interface Beginning {
  readonly seed: number;
  readonly special: Special;
  readonly faults: object;
}

async function begin(lab: Lab, plan: Plan, beginning: Beginning): Promise<Begun> {
  const { special, faults } = beginning;
  const once = await freeze(lab, plan);
  if (special.unfrozen) return beginUnfrozen(lab, { plan, once }, beginning);

  const frozenTwice = [once, await freeze(lab, plan)] as const;
  const { openings } = special;
  const frozen = openings === null ? once : withOpenings(once, openings, Date.now());
  await lab.setFaults(faults);
  const handle = await startFrozen(lab, frozen);
  return { handle, frozen, frozenTwice, kills: { worker: 0, server: 0, cloud: 0 } };
}

/** Things are killed while the rollout reads the targets of its plan. */
async function beginUnfrozen(
  lab: Lab,
  { plan, once }: { readonly plan: Plan; readonly once: FrozenPlan },
  { seed, faults }: Beginning,
): Promise<Begun> {
  await lab.setFaults(SLOW_READS);
  const handle = await startRollout(lab.client, lab.taskQueue, plan);
  const playing = play(lab, handle, freezingTroublesOf(seed));
  const frozen = await until('the plan is frozen', () => askFrozen(lab, handle), FREEZES_WITHIN_MS);
  const { kills } = await playing.end();
  await until('the cloud takes its faults', () => isDone(lab.setFaults(faults)), FREEZES_WITHIN_MS);
  return { handle, frozen, frozenTwice: [once, frozen], kills };
}

// What was being read by a worker that was killed is missed after some twenty seconds.
const FREEZES_WITHIN_MS = 120_000;

/** Null: not yet, or nobody can be asked just now. */
async function askFrozen({ client }: Lab, handle: Rollout): Promise<FrozenPlan | null> {
  try {
    return await client.withDeadline(Date.now() + 5_000, () => handle.query(messages.frozenPlan));
  } catch {
    return null;
  }
}

function isDone(doing: Promise<void>): Promise<boolean> {
  return doing.then(
    () => true,
    () => false,
  );
}

function together(kills: Played['kills'], played: Played): Played {
  const { worker, server, cloud } = played.kills;
  return {
    ...played,
    kills: {
      worker: kills.worker + worker,
      server: kills.server + server,
      cloud: kills.cloud + cloud,
    },
  };
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
