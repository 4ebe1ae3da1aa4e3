import type {
  Bake,
  BakeLimit,
  Budget,
  FrozenPlan,
  FrozenWave,
  Gate,
  Hooks,
  Rules,
} from '../rollout/frozen-plan';
import { NOTIFIED } from '../rollout/receivers';
import { placesOfWave } from '../rollout/places';
import { budgetWords, counted, durationWords, instantWords } from './words';

type Terms = Pick<FrozenPlan, 'concurrency' | 'budget'>;

/** `5 at once, slow start (1, 2, 4, then 5), 1 at once of each shard`. */
export function concurrencyWords(
  wave: Pick<FrozenWave, 'concurrency' | 'concurrencyBy' | 'slowStart' | 'budget'>,
  rollout: Terms,
): string {
  const { concurrency, concurrencyBy, slowStart } = wave;
  const { most, by } = placesOfWave(wave, rollout);
  const lowered = by === null ? '' : ` (${concurrency}, but ${LOWERED[by]} allows ${most})`;
  return [
    `${most} at once${lowered}`,
    ...(slowStart && most > 1 ? [`slow start (${slowSteps(most).join(', ')}, then ${most})`] : []),
    ...concurrencyBy.map(({ label, value, max }) =>
      value === undefined
        ? `${max} at once of each ${label}`
        : `${max} at once of ${label} ${value}`,
    ),
  ].join(', ');
}

const LOWERED = { rollout: 'the rollout', strictBudget: 'a strict budget' } as const;

// Each step after as many have succeeded; long ways are told by their beginning.
function slowSteps(most: number): readonly (number | '…')[] {
  const steps = Array.from({ length: Math.ceil(Math.log2(most)) }, (_, i) => 2 ** i);
  return steps.length > 4 ? [...steps.slice(0, 3), '…'] : steps;
}

/** The attempts that a wave may have in flight at most. */
export function mostInFlight(
  wave: Pick<FrozenWave, 'concurrency' | 'budget' | 'targets'>,
  rollout: Terms,
): number {
  return Math.min(placesOfWave(wave, rollout).most, wave.targets.length);
}

/** A budget in numbers, and how far it can be overshot with so many attempts in flight. */
export function budgetInWords(budget: Budget, inFlight: number): string {
  const { rejected, failed, unknown, strict } = budget;
  if ([rejected, failed, unknown].every((limit) => limit === null)) return 'none: without limit';
  const words = budgetWords(budget);
  if (strict) return `${words}; strict: cannot be overshot`;
  const more = inFlight - 1;
  if (more <= 0) return words;
  return `${words}; can be overshot by ${more}, in flight when it is exhausted`;
}

/** What happens once a budget is exhausted. */
export function exhaustedWords({ expiresMs }: Rules['onExhausted']): string {
  const waits = 'begins nothing more and waits for a person';
  return expiresMs === null ? waits : `${waits}, for ${durationWords(expiresMs)}, then aborts`;
}

/** How many hooks an attempt has; their addresses are nobody's affair. Null when there are none. */
export function hooksWords(hooks: Hooks | null): string | null {
  if (hooks === null || hooks.before.length + hooks.after.length === 0) return null;
  const { before, after } = hooks;
  const undone = before.filter(({ undo }) => undo !== null).length;
  return `${before.length} before each submission (${undone} with undo), ${after.length} after`;
}

/** How many receivers hear of what; their addresses are nobody's affair. Null when nobody is told. */
export function notifyWords(receivers: FrozenPlan['notify'] = []): string | null {
  if (receivers.length === 0) return null;
  const events = NOTIFIED.filter((event) => receivers.some(({ on }) => on.includes(event)));
  return `${counted(receivers.length, 'receiver')} of ${events.join(', ')}`;
}

/** What a wave waits for before it begins; null when for nothing. */
export function gateWords(gate: Gate | null, isFirst: boolean): string | null {
  switch (gate?.kind) {
    case undefined:
      return null;
    case 'delay':
      return `${durationWords(gate.forMs)} after ${isFirst ? 'the start' : 'the wave before'}`;
    case 'at':
      return `not before ${instantWords(gate.instant)}`;
    case 'approval':
      return gate.expiresMs === null
        ? 'when a person approves it'
        : `when a person approves it; ${durationWords(gate.expiresMs)} without approval: ${EXPIRY[gate.onExpiry]}`;
  }
}

const EXPIRY = {
  abort: 'the rollout is aborted',
  skipWave: 'the wave is skipped',
  begin: 'it begins all the same',
} as const;

/** How health is watched after a wave; null when it is not. */
export function bakeWords(bake: Bake | null): string | null {
  if (bake === null) return null;
  const { forMs, everyMs, checks, unhealthy, inconclusive } = bake;
  if (checks.length === 0) return `${durationWords(forMs)}, without checks`;
  return [
    `${durationWords(forMs)}, ${counted(checks.length, 'check')} every ${durationWords(everyMs)}`,
    borneWords('unhealthy', unhealthy),
    borneWords('inconclusive', inconclusive),
  ].join('; ');
}

function borneWords(verdict: string, { limit, then }: BakeLimit): string {
  const act = then === 'pause' ? 'pauses' : 'aborts';
  return limit === 0 ? `${act} when ${verdict}` : `${act} when ${verdict} more than ${limit} times`;
}

/** How far the budget of the whole rollout can be overshot is as many as any wave has in flight. */
export function rolloutBudgetWords(frozen: FrozenPlan): string {
  const most = frozen.waves.map((wave) => mostInFlight(wave, frozen));
  return budgetInWords(frozen.budget, Math.max(0, ...most));
}
