import { acknowledge } from './budget';
import { meant } from './did-you-mean';
import { exhaustionIn } from './exhaustion';
import type { BudgetLimits, FrozenPlan } from './frozen-plan';
import { BUDGETED, type Action } from './outcome';
import {
  countsIn,
  partsIn,
  withPart,
  withWave,
  type RolloutProgress,
  type WaveProgress,
} from './progress';
import { isCalled } from './wave';

/** What a person can ask of a rollout. A wave of null is the whole rollout. */
export type Order =
  | { readonly action: 'pause' | 'resume'; readonly wave: string | null }
  | { readonly action: 'abort' }
  | { readonly action: 'approve'; readonly wave: string }
  | { readonly action: 'skip'; readonly wave: string; readonly target: string | null }
  | { readonly action: 'concurrency'; readonly wave: string | null; readonly limit: number }
  | {
      readonly action: 'budget';
      readonly wave: string | null;
      readonly limits: Partial<BudgetLimits>;
    };

/** Who gave an order, when and why. */
export type Author = Pick<Action, 'by' | 'reason' | 'at'>;

/** By whom acts are that a rule of the plan demands. */
export const BY_RULE = 'upwave';

/** Why an order does not fit the state, in words for a person; null when it fits. */
export function refusal(
  progress: RolloutProgress,
  frozen: FrozenPlan | null,
  order: Order,
): string | null {
  if (progress.endedAt)
    return `the rollout has ended (${progress.aborting ? 'aborted' : 'finished'})`;
  if (progress.aborting) return 'the rollout is being aborted';
  if (order.action === 'abort') return null;
  if (order.wave !== null) return refusalInWave(progress, frozen, { ...order, wave: order.wave });
  switch (order.action) {
    case 'pause':
      return progress.paused ? 'the rollout is paused already' : null;
    case 'resume':
      return whyNotResume(progress);
    case 'concurrency':
      return wrongLimit(order.limit, progress.concurrency);
    case 'budget':
      return wrongBudget(order.limits, progress.budget, countsIn(progress.parts));
    case 'approve':
    case 'skip':
      return `${order.action} needs the name of a wave`;
  }
}

type WaveOrder = Exclude<Order, { action: 'abort' }> & { readonly wave: string };

function refusalInWave(
  progress: RolloutProgress,
  frozen: FrozenPlan | null,
  order: WaveOrder,
): string | null {
  const { wave: name } = order;
  const wave = progress.waves.find((each) => each.name === name);
  if (wave === undefined || frozen === null) return noSuchWave(progress, name);
  const parts = partsIn(progress, name);
  const hasBegun = parts.some(({ state }) => state !== 'pending');
  if (wave.doneAt !== null) return `wave ${name} is over`;
  if (wave.skipped !== null) return `wave ${name} is left out already`;
  switch (order.action) {
    case 'pause':
      return wave.paused ? `wave ${name} is paused already` : null;
    case 'resume':
      return wave.paused ? null : `wave ${name} is not paused`;
    case 'approve':
      return hasBegun ? `wave ${name} has begun` : whyNotApprove(wave, frozen);
    case 'skip':
      if (order.target !== null) return whyNotSkipIn({ progress, wave, frozen }, order.target);
      return hasBegun ? `wave ${name} has begun: its targets can be skipped one by one` : null;
    case 'concurrency':
      return wrongLimit(order.limit, wave.concurrency);
    case 'budget':
      return wrongBudget(order.limits, wave.budget, countsIn(parts));
  }
}

function noSuchWave({ waves }: RolloutProgress, name: string): string {
  const names = waves.map((each) => each.name);
  if (names.length === 0) return 'its waves are not known yet: the plan is being frozen';
  const hint = meant(name, names);
  return `it has no wave ${name}${hint === null ? '' : ` (${hint})`}`;
}

function whyNotResume(progress: RolloutProgress): string | null {
  if (progress.paused || exhaustionIn(progress) !== null) return null;
  const paused = progress.waves.filter((wave) => wave.paused).map(({ name }) => name);
  const only = paused.length > 0 ? `: only wave ${paused.join(', ')} is paused` : '';
  return `the rollout is neither paused nor out of budget${only}`;
}

function whyNotApprove(wave: WaveProgress, frozen: FrozenPlan): string | null {
  if (wave.approved) return `wave ${wave.name} is approved already`;
  const rules = frozen.waves.find(({ name }) => name === wave.name);
  return rules?.gate ? null : `wave ${wave.name} has no gate: it begins without approval`;
}

/** Targets of a part that runs are the part's own: it knows where each of them stands. */
function whyNotSkipIn(
  given: {
    readonly progress: RolloutProgress;
    readonly wave: WaveProgress;
    readonly frozen: FrozenPlan;
  },
  target: string,
): string | null {
  const { progress, wave, frozen } = given;
  if (wave.skips.some((each) => each.target === target)) return `${target} is left out already`;
  const rules = frozen.waves.find(({ name }) => name === wave.name);
  const at = rules?.targets.findIndex((each) => isCalled(each, target)) ?? -1;
  if (rules === undefined || at === -1) return `wave ${wave.name} has no target ${target}`;
  const part = partsIn(progress, wave.name)[Math.floor(at / rules.partSize)];
  return part?.state === 'pending'
    ? null
    : `${target} belongs to a part of the wave that has begun`;
}

function wrongLimit(limit: number, now: number | null): string | null {
  if (!Number.isSafeInteger(limit) || limit < 1) return 'it takes a whole number of at least 1';
  return limit === now ? `the concurrency is ${limit} already` : null;
}

function wrongBudget(
  limits: Partial<BudgetLimits>,
  now: BudgetLimits,
  used: Readonly<Record<keyof BudgetLimits, number>>,
): string | null {
  const given = BUDGETED.filter((kind) => limits[kind] !== undefined);
  for (const kind of given) {
    const limit = limits[kind];
    if (limit === null) continue;
    if (!Number.isSafeInteger(limit) || Number(limit) < 0) {
      return `${kind} takes a whole number of at least 0, or none`;
    }
    if (Number(limit) < used[kind]) {
      return `there are ${used[kind]} ${kind} already: a limit of ${Number(limit)} is below what is used`;
    }
  }
  const changes = given.filter((kind) => limits[kind] !== now[kind]);
  return changes.length === 0 ? 'it changes nothing' : null;
}

/** Carries out an order that {@link refusal} let pass. */
export function act(progress: RolloutProgress, order: Order, author: Author): RolloutProgress {
  const change = changeWords(progress, order);
  const place = {
    wave: order.action === 'abort' ? null : order.wave,
    target: order.action === 'skip' ? order.target : null,
  };
  const { by, reason, at } = author;
  const action: Action = { action: order.action, by, reason, at, ...place, change };
  return changed({ ...progress, actions: [...progress.actions, action] }, order, author);
}

function changed(progress: RolloutProgress, order: Order, author: Author): RolloutProgress {
  const isPause = order.action === 'pause';
  switch (order.action) {
    case 'abort':
      return { ...progress, aborting: true, paused: false };
    case 'pause':
    case 'resume':
      if (order.wave !== null) return withWave(progress, order.wave, { paused: isPause });
      return isPause ? { ...progress, paused: true } : resumed(progress);
    case 'approve':
      return withWave(progress, order.wave, { approved: true });
    case 'skip':
      return skipped(progress, order, `skipped by ${author.by}: ${author.reason ?? ''}`);
    case 'concurrency':
      return order.wave === null
        ? { ...progress, concurrency: order.limit }
        : withWave(progress, order.wave, { concurrency: order.limit });
    case 'budget': {
      const { wave, limits } = order;
      if (wave === null) return { ...progress, budget: { ...progress.budget, ...limits } };
      const own = progress.waves.find(({ name }) => name === wave);
      return own ? withWave(progress, wave, { budget: { ...own.budget, ...limits } }) : progress;
    }
  }
}

/** Ends a pause; without one, accepts what is used of exhausted budgets. */
function resumed(progress: RolloutProgress): RolloutProgress {
  // Whoever ends a pause has not thereby accepted a budget that was exhausted meanwhile, but is there.
  if (progress.paused) return { ...progress, paused: false, exhaustedSince: null };
  const waves = progress.waves.map((wave) => {
    const used = countsIn(partsIn(progress, wave.name));
    return { ...wave, budget: acknowledge(wave.budget, used) };
  });
  return { ...progress, waves, budget: acknowledge(progress.budget, countsIn(progress.parts)) };
}

function skipped(
  progress: RolloutProgress,
  { wave: name, target }: Extract<Order, { action: 'skip' }>,
  words: string,
): RolloutProgress {
  if (target === null) {
    const end = { outcome: 'skipped', reason: 'skippedByPerson', reasonText: words } as const;
    return withWave(progress, name, { skipped: end });
  }
  const skips = progress.waves.find((each) => each.name === name)?.skips ?? [];
  return withWave(progress, name, { skips: [...skips, { target, words }] });
}

function changeWords(progress: RolloutProgress, order: Order): string | null {
  if (order.action !== 'concurrency' && order.action !== 'budget') return null;
  const now = progress.waves.find(({ name }) => name === order.wave) ?? progress;
  if (order.action === 'concurrency') return `${now.concurrency ?? 'none'} to ${order.limit}`;
  return BUDGETED.filter((kind) => order.limits[kind] !== undefined)
    .map((kind) => `${kind} ${now.budget[kind] ?? 'none'} to ${order.limits[kind] ?? 'none'}`)
    .join(', ');
}

/** What a rule of the plan does in a person's stead. */
export function actByRule(
  progress: RolloutProgress,
  action: 'pause' | 'abort',
  reason: string,
  now: string,
): RolloutProgress {
  const order: Order = action === 'abort' ? { action } : { action, wave: null };
  return act(progress, order, { by: BY_RULE, reason, at: now });
}

/** A pause that a wave asks for in the plan's name; what has ended or is being aborted needs none. */
export function pausedByRule(
  progress: RolloutProgress,
  words: string,
  now: string,
): RolloutProgress {
  if (progress.aborting || progress.endedAt !== null) return progress;
  return actByRule(progress, 'pause', words, now);
}

/** The last pause of the whole rollout. */
export function lastPause({ actions }: RolloutProgress): Action | undefined {
  return actions.findLast(({ action, wave }) => action === 'pause' && wave === null);
}

/** Whether the last pause was a rule's: a person should know of it before the rollout is over. */
export function isHeldByRule(progress: RolloutProgress): boolean {
  return lastPause(progress)?.by === BY_RULE;
}

/** Whether a person holds the whole rollout, be there a rule's pause as well or not: somebody is there. */
export function isHeldByPerson({ paused, actions }: RolloutProgress): boolean {
  const ofAll = actions.filter(({ wave }) => wave === null);
  const resumed = ofAll.findLastIndex(({ action }) => action === 'resume');
  const since = ofAll.slice(resumed + 1);
  return paused && since.some(({ action, by }) => action === 'pause' && by !== BY_RULE);
}

/** A wave was ended from outside: a person must look before anything else begins. */
export function partLost(
  progress: RolloutProgress,
  lost: { readonly wave: string; readonly part: number },
  reason: string,
  now: string,
): RolloutProgress {
  const after = withPart(progress, lost, { state: 'lost', wants: 0, waitingFor: null });
  return after === progress ? progress : pausedByRule(after, reason, now);
}
