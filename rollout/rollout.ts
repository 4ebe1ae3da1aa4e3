import { remaining } from './budget';
import { addCounts, noCounts } from './counts';
import type { BudgetLimits, FrozenPlan, FrozenWave } from './frozen-plan';
import type { Action, Counts, RolloutState, Wait } from './outcome';
import type { RolloutStatus, WaveStatus } from './status';
import { splitParts } from './waves';

/** A wave, or a part of a large one: what one wave workflow does. */
export interface WavePart {
  readonly wave: string;
  /** Counts from 1. */
  readonly part: number;
  readonly parts: number;
  /** `lost`: its workflow was ended from outside, its targets are without outcome. */
  readonly state: 'pending' | 'running' | 'ended' | 'lost';
  readonly counts: Counts;
}

/** How far a rollout has come: counts, never targets. Never changed, always replaced. */
export interface RolloutProgress {
  readonly rolloutId: string;
  readonly plan: string;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly paused: boolean;
  readonly aborting: boolean;
  readonly actions: readonly Action[];
  /** In the order of their execution; empty until the plan is frozen. */
  readonly parts: readonly WavePart[];
  readonly waitingFor: Wait | null;
}

export function newRollout(rolloutId: string, plan: string, now: string): RolloutProgress {
  return {
    rolloutId,
    plan,
    startedAt: now,
    endedAt: null,
    paused: false,
    aborting: false,
    actions: [],
    parts: [],
    waitingFor: null,
  };
}

/** The frozen plan's waves, cut into parts that one workflow can hold. */
export function withWaves(progress: RolloutProgress, frozen: FrozenPlan): RolloutProgress {
  return { ...progress, parts: frozen.waves.flatMap(partsOf) };
}

function partsOf(wave: FrozenWave): WavePart[] {
  return splitParts(wave).map(({ targets }, i, all) => ({
    wave: wave.name,
    part: i + 1,
    parts: all.length,
    state: 'pending',
    counts: { ...noCounts(), total: targets.length, pending: targets.length },
  }));
}

/** The part to be done next; null when all have been, or when no more may begin. */
export function nextPart({ parts, aborting }: RolloutProgress): WavePart | null {
  if (aborting) return null;
  return parts.find(({ state }) => state === 'pending') ?? null;
}

/** What a part may use: its wave's budget less its earlier parts, the rollout's less all before. */
export function budgetsFor(
  { parts }: RolloutProgress,
  frozen: FrozenPlan,
  next: WavePart,
): { readonly wave: BudgetLimits; readonly rollout: BudgetLimits } {
  const before = parts.slice(0, parts.indexOf(next));
  const inWave = before.filter(({ wave }) => wave === next.wave);
  const own = frozen.waves.find(({ name }) => name === next.wave);
  if (!own) throw new Error(`frozen plan without wave ${next.wave}`);
  return {
    wave: remaining(own.budget, sum(inWave)),
    rollout: remaining(frozen.budget, sum(before)),
  };
}

/** A part has begun, has news, or has ended. */
export function withPart(
  progress: RolloutProgress,
  news: Pick<WavePart, 'wave' | 'part'> & Partial<WavePart>,
  waitingFor: Wait | null,
): RolloutProgress {
  const at = progress.parts.findIndex(({ wave, part }) => wave === news.wave && part === news.part);
  const before = progress.parts[at];
  // News that arrives after the end is older than the end.
  if (!before || before.state === 'ended' || before.state === 'lost') return progress;
  return { ...progress, parts: progress.parts.with(at, { ...before, ...news }), waitingFor };
}

export type ControlName = Action['action'];

/** Why a control does not fit the state, in words for a person; null when it fits. */
export function refusal(progress: RolloutProgress, control: ControlName): string | null {
  const state = stateOf(progress);
  if (progress.endedAt) return `the rollout has ended (${state})`;
  if (progress.aborting) return 'the rollout is being aborted';
  if (control === 'pause' && progress.paused) return 'the rollout is paused already';
  if (control === 'resume' && !progress.paused && state !== 'waiting') {
    return 'the rollout is neither paused nor waiting for a person';
  }
  return null;
}

/** Carries out a control that {@link refusal} let pass. */
export function act(progress: RolloutProgress, action: Action): RolloutProgress {
  const actions = [...progress.actions, action];
  switch (action.action) {
    case 'pause':
      return { ...progress, actions, paused: true };
    case 'resume': {
      // Whoever ends a pause has not thereby accepted a budget that was exhausted meanwhile.
      const open = progress.paused && progress.waitingFor?.reason === 'budgetExhausted';
      return { ...progress, actions, paused: false, waitingFor: open ? progress.waitingFor : null };
    }
    case 'abort':
      return { ...progress, actions, aborting: true, paused: false };
  }
}

/** Whether nothing may be submitted now, on a person's word. */
export function isHeld({ paused, aborting }: RolloutProgress): boolean {
  return paused || aborting;
}

/** Whether the next wave may begin, or an abort must be obeyed: what the rollout waits for between waves. */
export function mayBegin(progress: RolloutProgress): boolean {
  const state = stateOf(progress);
  return state === 'running' || state === 'aborting';
}

/** The last step: no part will begin any more. What an abort kept from beginning is skipped. */
export function endRollout(progress: RolloutProgress, now: string): RolloutProgress {
  const parts = progress.parts.map((part): WavePart => {
    if (part.state === 'lost') return { ...part, counts: untold(part.counts) };
    if (part.state !== 'pending') return part;
    const { total } = part.counts;
    return { ...part, state: 'ended', counts: { ...noCounts(), total, skipped: total } };
  });
  return { ...progress, parts, endedAt: now, waitingFor: null };
}

/** Whether a wave was ended from outside and nobody has said yet what shall become of the rollout. */
export function waitsAfterLoss({ parts, paused }: RolloutProgress): boolean {
  return paused && parts.some(({ state }) => state === 'lost');
}

/** Of a wave that cannot tell any more, what had not ended is unknown. */
function untold(counts: Counts): Counts {
  const { unknown, pending, inFlight } = counts;
  return { ...counts, unknown: unknown + pending + inFlight, pending: 0, inFlight: 0 };
}

export function statusOf(progress: RolloutProgress): RolloutStatus {
  const { rolloutId, plan, parts, actions, startedAt, endedAt } = progress;
  const state = stateOf(progress);
  return {
    rolloutId,
    plan,
    state,
    waitingFor: waitOf(progress),
    counts: sum(parts),
    waves: wavesOf(parts, state),
    frozen: parts.length > 0,
    actions,
    startedAt,
    endedAt,
  };
}

function stateOf({ endedAt, paused, aborting, waitingFor }: RolloutProgress): RolloutState {
  if (endedAt) return aborting ? 'aborted' : 'finished';
  if (aborting) return 'aborting';
  if (paused) return 'paused';
  return waitingFor?.reason === 'budgetExhausted' ? 'waiting' : 'running';
}

function waitOf({ paused, aborting, actions, waitingFor }: RolloutProgress): Wait | null {
  if (!paused || aborting) return waitingFor;
  const last = actions.filter(({ action }) => action === 'pause').at(-1);
  const words = last ? `paused by ${last.by}: ${last.reason ?? ''}` : waitingFor?.words;
  return { reason: 'paused', until: null, words: words ?? 'paused' };
}

function wavesOf(parts: readonly WavePart[], rollout: RolloutState): WaveStatus[] {
  const names = [...new Set(parts.map(({ wave }) => wave))];
  return names.map((name) => {
    const own = parts.filter(({ wave }) => wave === name);
    return { name, counts: sum(own), state: waveState(own, rollout) };
  });
}

function waveState(own: readonly WavePart[], rollout: RolloutState): WaveStatus['state'] {
  if (own.every(({ state }) => state === 'pending')) return 'pending';
  if (own.some(({ state }) => state === 'pending' || state === 'running')) return rollout;
  return own.some(({ counts, state }) => state === 'lost' || counts.skipped > 0)
    ? 'aborted'
    : 'finished';
}

function sum(parts: readonly WavePart[]): Counts {
  return parts.map(({ counts }) => counts).reduce(addCounts, noCounts());
}
