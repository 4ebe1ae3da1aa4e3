import { badEndsOfAll } from './bad-ends';
import { tally } from './bake';
import type { RolloutState, TargetEnd } from './outcome';
import { countsIn, partsIn, type RolloutProgress, type WaveProgress } from './progress';
import { endOfUnbegun } from './ending';
import type { RolloutStatus, WaveStatus } from './status';

/** Where a rollout stands, as `status --json` shows it. */
export function statusOf(progress: RolloutProgress): RolloutStatus {
  const { rolloutId, plan, parts, waves, actions, budget, waitingFor, waits, startedAt, endedAt } =
    progress;
  const state = stateOf(progress);
  return {
    rolloutId,
    plan,
    state,
    waitingFor,
    counts: countsIn(parts),
    budget,
    waves: waves.map((wave) => statusOfWave(progress, wave, state)),
    frozen: parts.length > 0,
    actions,
    badEnds: badEndsOfAll(parts.map(({ badEnds }) => badEnds)),
    waits,
    startedAt,
    endedAt,
  };
}

function stateOf({ endedAt, paused, aborting, waitingFor }: RolloutProgress): RolloutState {
  if (endedAt) return aborting ? 'aborted' : 'finished';
  if (aborting) return 'aborting';
  if (paused) return 'paused';
  const waits = waitingFor?.reason === 'budgetExhausted' || waitingFor?.reason === 'gate';
  return waits ? 'waiting' : 'running';
}

function statusOfWave(
  progress: RolloutProgress,
  wave: WaveProgress,
  rollout: RolloutState,
): WaveStatus {
  const { name, concurrency, budget, paused, bake, verdict } = wave;
  return {
    name,
    counts: countsIn(partsIn(progress, name)),
    state: waveState(progress, wave, rollout),
    concurrency,
    budget,
    paused,
    untold: untold(progress, wave),
    unbegun: unbegun(progress, wave),
    bake: verdict ?? (bake && { state: 'watching', words: tally(bake) }),
  };
}

function untold(progress: RolloutProgress, wave: WaveProgress): TargetEnd | null {
  if (partsIn(progress, wave.name).some(({ state }) => state === 'lost')) return LOST;
  return endOfUnbegun(progress, wave);
}

/** Parts begin in their order. What ended as skipped alone may as well not have begun. */
function unbegun(progress: RolloutProgress, wave: WaveProgress): WaveStatus['unbegun'] {
  const end = endOfUnbegun(progress, wave);
  if (end === null) return null;
  const own = partsIn(progress, wave.name);
  const last = own.findLastIndex(
    ({ state, counts }) => state !== 'pending' && counts.skipped < counts.total,
  );
  return { from: countsIn(own.slice(0, last + 1)).total, end };
}

const LOST: TargetEnd = {
  outcome: 'unknown',
  reason: 'terminated',
  reasonText: 'its wave was ended from outside',
};

function waveState(
  progress: RolloutProgress,
  { name, skipped, paused }: WaveProgress,
  rollout: RolloutState,
): WaveStatus['state'] {
  const own = partsIn(progress, name);
  if (own.every(({ state }) => state === 'pending')) return 'pending';
  if (own.some(({ state }) => state === 'pending' || state === 'running')) {
    return paused && rollout === 'running' ? 'paused' : rollout;
  }
  const isCut = own.some(({ state }) => state === 'lost') || skipped !== null;
  return isCut || (progress.aborting && own.some(({ counts }) => counts.skipped > 0))
    ? 'aborted'
    : 'finished';
}
