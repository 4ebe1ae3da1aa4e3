import { createHash, randomUUID } from 'node:crypto';
import type { FrozenPlan } from '../rollout/frozen-plan';
import { waveId } from '../rollout/ids';
import type { AttemptResult } from '../rollout/outcome';
import type { Plan } from '../rollout/plan';
import { newRollout, partOf, withWaves, type RolloutProgress } from '../rollout/progress';
import { termsFor } from '../rollout/terms';
import { attemptEnded, attemptStarted, isDone, newWave } from '../rollout/wave';
import type { WaveState } from '../rollout/wave-state';
import { startFrozen } from '../test/support/rollouts';
import type { World } from '../test/support/world';
import type { RolloutInput, WaveResult } from '../workflows/messages';
import type { wave, WaveInput } from '../workflows/wave';
import { atLeast, atMost, figure, type Figure } from './bench';
import { longestByType, runsIn } from './histories';
import { peakMemoryMb } from './memory';
import { payloadKb } from './payloads';
import { inPlace, type Place } from './place';
import { benchPlan, frozenWithoutCalls } from './plans';

const TARGETS = 20_000;
const AT_ONCE = 50;
const ATTEMPTS = 3;
const LARGEST_PAYLOAD_KB = 1_024;
const LONGEST_HISTORY = 4_096;
// Attempts begin in it; when it closes, all targets that are left end without a call.
const OPEN_FOR_MS = 15_000;
const LONGEST_TEXT = 500;

/**
 * A plan of 20,000 targets. Upgrading them all would take hours on a small machine, so: its payloads
 * are built by upwave's own functions and measured behind its codec; a whole wave workflow with three
 * failed attempts for each of its 500 targets goes through the server; and a rollout of all 20,000
 * runs in which a window closes after fifteen seconds, so that most targets end without a call.
 */
export async function largePlan(say: (line: string) => void): Promise<readonly Figure[]> {
  return inPlace(
    { seed: 65, size: TARGETS, set: { duration: '0s', jobVisibleAfter: '0s' } },
    say,
    async (place) => {
      const { world } = place;
      const fleet = await world.fleet();
      const polling = { min: '250ms', max: '5s' };
      const plan = labelled(benchPlan(fleet, { concurrency: AT_ONCE, polling }));
      const frozen = frozenWithoutCalls(plan, fleet);
      const input = waveInput(frozen);
      const state = withAttempts(input);
      return [
        ...(await payloads({ plan, frozen, input, state })),
        ...(await waveThroughServer(world, input, state)),
        ...(await rolloutThroughServer(place, frozen, say)),
      ];
    },
  );
}

/** With names, zones and labels as large fleets have them. */
function labelled(plan: Plan): Plan {
  const targets = plan.targets.map((target, at) => ({
    ...target,
    name: `orders-${target.upgrade}-${at}`,
    az: `cn-north-4${'abc'[at % 3]}`,
    labels: {
      tier: at % 10 === 0 ? 'canary' : 'main',
      team: `team-${at % 37}`,
      shard: `${at % 64}`,
    },
  }));
  return { ...plan, targets };
}

function progressOf(frozen: FrozenPlan): RolloutProgress {
  const id = `rollout/${frozen.name}/${randomUUID()}`;
  return withWaves(newRollout(id, frozen.name, frozen.frozenAt), frozen);
}

/** What the first part of the wave is started with. */
function waveInput(frozen: FrozenPlan): WaveInput {
  const progress = progressOf(frozen);
  const [part] = progress.parts;
  if (part === undefined) throw new Error('a plan without targets');
  const { scope, upgrades, calendar } = frozen;
  const { recovery } = frozen.rules;
  const rules = {
    ...frozen.rules,
    recovery: { ...recovery, failed: { retries: ATTEMPTS - 1, afterMs: 0 } },
  };
  return {
    rolloutId: progress.rolloutId,
    scope,
    part: part.part,
    wave: partOf(frozen, part),
    rules,
    upgrades,
    calendar,
    terms: termsFor(progress, part),
    skips: [],
  };
}

/** Three failed attempts for each target, by the wave's own rules; their words as long as they get. */
function withAttempts(input: WaveInput): WaveState {
  const now = new Date().toISOString();
  let state = newWave(input, now);
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    for (let index = 0; index < state.targets.length; index += 1) {
      state = attemptStarted(state, index, now);
      state = attemptEnded(state, index, failure(`${attempt}/${index}`, now), now);
    }
  }
  if (!isDone(state)) throw new Error('three failed attempts did not end every target');
  return state;
}

function failure(key: string, now: string): AttemptResult {
  return {
    result: 'failed',
    reason: 'jobFailed',
    reasonText: words(key),
    submittedAt: now,
    ticket: randomUUID(),
    versionBefore: '2.0.51.240300',
    versionAfter: '2.0.51.240300',
    compensation: { words: `1 of 1 undone: ${key}`, complete: true },
    startedAt: now,
    endedAt: now,
  };
}

/** As hard to compress as words with ids and addresses in them can be. */
function words(key: string): string {
  const ids = Array.from({ length: 8 }, (_, n) =>
    createHash('sha256').update(`${key}/${n}`).digest('hex'),
  );
  return `Upgrade failed: the node did not restart: ${ids.join(' ')}`.slice(0, LONGEST_TEXT);
}

async function payloads(given: {
  readonly plan: Plan;
  readonly frozen: FrozenPlan;
  readonly input: WaveInput;
  readonly state: WaveState;
}): Promise<readonly Figure[]> {
  const { plan, frozen, input, state } = given;
  const written: RolloutInput = { plan };
  const continued: RolloutInput = { frozen, carried: progressOf(frozen) };
  const nextWave: WaveInput = {
    ...input,
    wave: { ...input.wave, targets: [] },
    carried: { state, inFlight: [] },
  };
  const all: Readonly<Record<string, unknown>> = {
    'the plan as written': written,
    'the frozen plan': frozen,
    'a rollout that continues as new': continued,
    'a part of a wave, begun': input,
    'a part that continues as new, three attempts each': nextWave,
    'the targets of a part, three attempts each': state.targets,
  };
  const figures: Figure[] = [];
  for (const [name, value] of Object.entries(all)) {
    figures.push(atMost(LARGEST_PAYLOAD_KB, `payload: ${name}`, await payloadKb(value), 'KB'));
  }
  return figures;
}

/** Its input and its result are the largest payloads of any wave. */
async function waveThroughServer(
  { client, taskQueue }: World,
  input: WaveInput,
  state: WaveState,
): Promise<readonly Figure[]> {
  const next: WaveInput = {
    ...input,
    wave: { ...input.wave, targets: [] },
    carried: { state, inFlight: [] },
  };
  const result: WaveResult = await client.workflow.execute<typeof wave>('wave', {
    workflowId: waveId(input.rolloutId, input.wave.name, 1, 2),
    taskQueue,
    args: [next],
  });
  const attempts = result.targets.reduce((sum, each) => sum + each.attempts.length, 0);
  return [
    atLeast(ATTEMPTS * state.targets.length, 'attempts in the result of one part', attempts),
    atMost(LARGEST_PAYLOAD_KB, 'payload: the result of a part', await payloadKb(result), 'KB'),
  ];
}

async function rolloutThroughServer(
  { world, workers }: Place,
  frozen: FrozenPlan,
  say: (line: string) => void,
): Promise<readonly Figure[]> {
  const now = Date.now();
  const instant = (ms: number) => new Date(ms).toISOString();
  const spans = [{ from: instant(now), to: instant(now + OPEN_FOR_MS) }];
  const openings = { spans, until: instant(now + YEAR_MS) };
  const rules = { ...frozen.rules, openings, outside: 'skip' } as const;
  const handle = await startFrozen(world, { ...frozen, rules });
  const { counts } = await handle.result();
  say(
    `a rollout of ${TARGETS} targets: ${counts.succeeded} upgraded in its window of ` +
      `${OPEN_FOR_MS / 1_000} s, ${counts.skipped} ended without a call when it closed`,
  );
  const runs = await runsIn(world.client);
  const worker = workers[0]?.pid ?? 0;
  return [
    atLeast(TARGETS, 'of 20,000: ended', counts.succeeded + counts.skipped),
    figure('of 20,000: upgraded before the window closed', counts.succeeded),
    ...longestByType(runs).map(({ type, events }) =>
      atMost(LONGEST_HISTORY, `of 20,000: longest history: ${type}`, events, 'events'),
    ),
    figure("of 20,000: the worker's memory at its peak", await peakMemoryMb(worker), 'MB'),
  ];
}

const YEAR_MS = 365 * 86_400_000;
