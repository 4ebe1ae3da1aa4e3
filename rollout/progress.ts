import type { BadEnd } from './bad-ends';
import type { BakeState } from './bake';
import { noCounts, sumOf } from './counts';
import type { Budget, FrozenPlan, FrozenWave, Rules } from './frozen-plan';
import type { Action, Counts, TargetEnd, Wait } from './outcome';
import type { Verdict } from './status';
import type { PastWait } from './waits';
import type { Skip } from './wave';
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
  /** Places given to it since it began, and those that it has given back. */
  readonly granted: number;
  readonly returned: number;
  /** How many places more it could use. */
  readonly wants: number;
  readonly waitingFor: Wait | null;
  /** The newest of its targets that did not end well, as it told them last. */
  readonly badEnds: readonly BadEnd[];
}

/** What a wave's rules are now, and how far it has come beside its targets. */
export interface WaveProgress {
  readonly name: string;
  readonly concurrency: number;
  readonly budget: Budget;
  readonly paused: boolean;
  readonly approved: boolean;
  /** How its targets end that have not begun; null unless the wave is left out. */
  readonly skipped: TargetEnd | null;
  /** Single targets left out before it began. */
  readonly skips: readonly Skip[];
  /** Since when nothing but the gate keeps it from beginning. */
  readonly gateSince: string | null;
  readonly bake: BakeState | null;
  /** What watching health came to; null before its end. */
  readonly verdict: { readonly state: Verdict; readonly words: string } | null;
  /** When it was done with, health included; null before. */
  readonly doneAt: string | null;
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
  /** At once over the whole rollout; null: as its waves say. */
  readonly concurrency: number | null;
  readonly budget: Budget;
  readonly waves: readonly WaveProgress[];
  /** In the order of their execution; empty until the plan is frozen. */
  readonly parts: readonly WavePart[];
  /** Since when a budget is exhausted without a person's word. */
  readonly exhaustedSince: string | null;
  /** See {@link Terms.learned}. */
  readonly learned: Rules['learned'];
  readonly waitingFor: Wait | null;
  /** What it has waited for, in order; the last may last. */
  readonly waits: readonly PastWait[];
  /** How many notifications there were; absent: none. */
  readonly notified?: number;
}

/** What a wave tells its rollout. */
export type PartNews = Pick<
  WavePart,
  'wave' | 'part' | 'counts' | 'returned' | 'wants' | 'waitingFor' | 'badEnds'
>;

const NO_BUDGET: Budget = { rejected: null, failed: null, unknown: null, strict: false };

/** A rollout whose plan is not frozen yet. */
export function newRollout(rolloutId: string, plan: string, now: string): RolloutProgress {
  return {
    rolloutId,
    plan,
    startedAt: now,
    endedAt: null,
    paused: false,
    aborting: false,
    actions: [],
    concurrency: null,
    budget: NO_BUDGET,
    waves: [],
    parts: [],
    exhaustedSince: null,
    learned: {},
    waitingFor: null,
    waits: [],
  };
}

/** The frozen plan's waves, cut into parts that one workflow can hold. */
export function withWaves(progress: RolloutProgress, frozen: FrozenPlan): RolloutProgress {
  const { concurrency, budget, waves } = frozen;
  return {
    ...progress,
    concurrency,
    budget,
    waves: waves.map(newWaveProgress),
    parts: waves.flatMap(partsOf),
  };
}

function newWaveProgress({ name, concurrency, budget }: FrozenWave): WaveProgress {
  return {
    name,
    concurrency,
    budget,
    paused: false,
    approved: false,
    skipped: null,
    skips: [],
    gateSince: null,
    bake: null,
    verdict: null,
    doneAt: null,
  };
}

function partsOf(wave: FrozenWave): WavePart[] {
  return splitParts(wave).map(({ targets }, i, all) => ({
    wave: wave.name,
    part: i + 1,
    parts: all.length,
    state: 'pending',
    counts: { ...noCounts(), total: targets.length, pending: targets.length },
    granted: 0,
    returned: 0,
    wants: 0,
    waitingFor: null,
    badEnds: [],
  }));
}

/** A wave with some of its fields changed. */
export function withWave(
  progress: RolloutProgress,
  name: string,
  change: Partial<WaveProgress>,
): RolloutProgress {
  const waves = progress.waves.map((each) => (each.name === name ? { ...each, ...change } : each));
  return { ...progress, waves };
}

/** A part with some of its fields changed. One that has ended or is lost stays as it is. */
export function withPart(
  progress: RolloutProgress,
  { wave, part }: Pick<WavePart, 'wave' | 'part'>,
  change: Partial<WavePart>,
): RolloutProgress {
  const at = progress.parts.findIndex((each) => each.wave === wave && each.part === part);
  const before = progress.parts[at];
  // News that arrives after the end is older than the end.
  if (!before || before.state === 'ended' || before.state === 'lost') return progress;
  return { ...progress, parts: progress.parts.with(at, { ...before, ...change }) };
}

/** What a wave has told. */
export function withNews(progress: RolloutProgress, news: PartNews): RolloutProgress {
  const { counts, returned, wants, waitingFor, badEnds } = news;
  return withPart(progress, news, { counts, returned, wants, waitingFor, badEnds });
}

/** A part has come to its end. */
export function partEnded(
  progress: RolloutProgress,
  part: WavePart,
  { counts, learned }: { readonly counts: Counts; readonly learned: Rules['learned'] },
): RolloutProgress {
  const after = withPart(progress, part, { state: 'ended', counts, waitingFor: null, wants: 0 });
  return { ...after, learned: { ...after.learned, ...learned } };
}

/** Which part of which wave, as one text. */
export function partKey({ wave, part }: Pick<WavePart, 'wave' | 'part'>): string {
  return `${wave}/${part}`;
}

/** The wave as one of its parts does it: with the part's own targets. */
export function partOf(frozen: FrozenPlan, part: Pick<WavePart, 'wave' | 'part'>): FrozenWave {
  const whole = frozen.waves.find(({ name }) => name === part.wave);
  const own = whole && splitParts(whole)[part.part - 1];
  if (own === undefined) {
    throw new Error(`frozen plan without wave ${part.wave}, part ${part.part}`);
  }
  return own;
}

/** The parts of one wave, in order. */
export function partsIn({ parts }: RolloutProgress, wave: string): readonly WavePart[] {
  return parts.filter((each) => each.wave === wave);
}

/** The counts of some parts together. */
export function countsIn(parts: readonly WavePart[]): Counts {
  return sumOf(parts.map(({ counts }) => counts));
}
