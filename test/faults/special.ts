import type { FrozenPlan } from '../../rollout/frozen-plan';
import { drawn } from '../../rollout/seeded';

/** What the story of a seed has beyond the usual. */
export interface Special {
  /** The rollout freezes its plan itself, and things are killed meanwhile. */
  readonly unfrozen: boolean;
  /** When attempts may begin, in milliseconds after the plan was frozen; null: always. */
  readonly openings: readonly Opening[] | null;
  /** Whose failure budget is so small that it is likely to be exhausted. */
  readonly budget: 'wave' | 'rollout' | null;
  /** Each attempt calls hooks, some of which fail. */
  readonly hooks: boolean;
  /** Kernels and hot patches begin some seconds after they were asked for, and a person aborts. */
  readonly scheduled: boolean;
}

interface Opening {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The usual story. */
export const NOTHING_SPECIAL: Special = {
  unfrozen: false,
  openings: null,
  budget: null,
  hooks: false,
  scheduled: false,
};

// Longer than any story.
const FOR_GOOD_MS = 400 * 86_400_000;

/** What is special about the story of a seed. */
export function specialOf(seed: number): Special {
  const draw = (what: string) => drawn(`${seed}/special/${what}`);
  const budget = draw('budget');
  // Openings are put into a frozen plan: cron has no seconds.
  const beginning = draw('beginning');
  const hasOpenings = beginning >= 0.75;
  const hasHooks = draw('hooks') < 0.35;
  return {
    unfrozen: beginning < 0.25,
    openings: hasOpenings ? openingsOf(seed) : null,
    // Each makes a rollout wait: not in one story, which would take too long.
    budget: hasOpenings || hasHooks || budget >= 0.4 ? null : budget < 0.2 ? 'wave' : 'rollout',
    hooks: hasHooks,
    scheduled: draw('scheduled') < 0.15,
  };
}

/** Open at once, closed twice while the rollout runs, then open for good. */
export function openingsOf(seed: number): readonly Opening[] {
  const between = (what: string, least: number, most: number) =>
    Math.round(least + drawn(`${seed}/opening/${what}`) * (most - least));
  const firstEnd = between('first', 4_000, 10_000);
  const second = firstEnd + between('closed', 3_000, 8_000);
  const secondEnd = second + between('second', 8_000, 15_000);
  const third = secondEnd + between('closed again', 3_000, 8_000);
  return [
    { fromMs: 0, toMs: firstEnd },
    { fromMs: second, toMs: secondEnd },
    { fromMs: third, toMs: FOR_GOOD_MS },
  ];
}

/** The frozen plan with these openings, counted from `now`. */
export function withOpenings(
  frozen: FrozenPlan,
  openings: readonly Opening[],
  now: number,
): FrozenPlan {
  const iso = (ms: number) => new Date(now + ms).toISOString();
  const spans = openings.map(({ fromMs, toMs }) => ({ from: iso(fromMs), to: iso(toMs) }));
  const until = iso(FOR_GOOD_MS);
  return { ...frozen, rules: { ...frozen.rules, openings: { spans, until } } };
}

/** What is special, for a person. */
export function specialWords(special: Special): string {
  const { unfrozen, openings, budget, hooks, scheduled } = special;
  const words = [
    ...(unfrozen ? ['killed while it was frozen'] : []),
    ...(openings === null ? [] : ['windows']),
    ...(budget === null ? [] : [`budget of the ${budget}`]),
    ...(hooks ? ['hooks'] : []),
    ...(scheduled ? ['scheduled upgrades'] : []),
  ];
  return words.join(', ') || 'nothing special';
}
