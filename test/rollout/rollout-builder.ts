import { advance, type Step } from '../../rollout/advance';
import { noCounts } from '../../rollout/counts';
import type { FrozenPlan, FrozenWave } from '../../rollout/frozen-plan';
import type { Counts } from '../../rollout/outcome';
import {
  newRollout,
  partEnded,
  withNews,
  withPart,
  withWaves,
  type RolloutProgress,
  type WavePart,
} from '../../rollout/progress';
import { act, type Order } from '../../rollout/steering';
import { begunPart } from '../../rollout/terms';
import { aTarget, aWave, noLimits, noon, rules, upgrades } from './wave-builder';

/** A frozen plan of the given waves; each test states only its difference. */
export function aFrozenPlan(
  waves: readonly Partial<FrozenWave>[],
  changes: Partial<FrozenPlan> = {},
): FrozenPlan {
  return {
    version: 1,
    name: 'november',
    scope: { projectId: 'project', region: 'cn-north-4' },
    upgrades,
    rules,
    concurrency: null,
    budget: noLimits,
    calendar: null,
    seed: 'november',
    waves: waves.map((wave, at) => aWave({ name: `wave${at + 1}`, ...wave })),
    unmatched: [],
    frozenAt: noon,
    ...changes,
  };
}

export function targetsNamed(count: number): FrozenWave['targets'] {
  return Array.from({ length: count }, (_, at) => aTarget(`i${at}`));
}

/** A rollout in a test: what happens to it, and what it does then. */
export class Story {
  progress: RolloutProgress;
  step: Step = { do: 'end' };
  now = noon;

  constructor(readonly frozen: FrozenPlan) {
    this.progress = withWaves(newRollout('rollout/november/1', 'november', noon), frozen);
    this.go();
  }

  at(instant: string): this {
    this.now = instant;
    return this.go();
  }

  /** As the workflow does it, but for beginning parts and looking. */
  go(): this {
    const { progress, step } = advance(this.progress, this.frozen, this.now);
    this.step = step;
    this.progress = { ...progress, waitingFor: step.do === 'wait' ? step.wait : null };
    return this;
  }

  /** Begins the part that is to begin. */
  begin(): this {
    if (this.step.do !== 'begin') throw new Error(`nothing begins: ${JSON.stringify(this.step)}`);
    const { part } = this.step;
    this.progress = withPart(this.progress, part, begunPart(this.progress, part));
    return this.go();
  }

  order(order: Order): this {
    this.progress = act(this.progress, order, { by: 'kim', reason: 'because', at: this.now });
    return this.go();
  }

  news(wave: string, part: number, changes: Partial<WavePart>): this {
    const before = this.part(wave, part);
    this.progress = withNews(this.progress, { ...before, ...changes });
    return this.go();
  }

  ended(wave: string, part: number, counts: Partial<Counts>): this {
    const { total } = this.part(wave, part).counts;
    const end = { counts: { ...noCounts(), total, ...counts }, learned: {} };
    this.progress = partEnded(this.progress, this.part(wave, part), end);
    return this.go();
  }

  part(wave: string, part = 1): WavePart {
    const found = this.progress.parts.find((each) => each.wave === wave && each.part === part);
    if (found === undefined) throw new Error(`no part ${part} of ${wave}`);
    return found;
  }

  /** What it does now, in a line. */
  get does(): string {
    const { step } = this;
    switch (step.do) {
      case 'begin':
        return `begin ${step.part.wave}/${step.part.part}`;
      case 'look':
        return `look after ${step.wave.name}`;
      case 'wait':
        return `wait: ${step.wait.reason}`;
      case 'end':
        return 'end';
    }
  }
}
