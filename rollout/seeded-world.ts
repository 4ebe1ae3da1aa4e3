import type { Finding } from './bake';
import type { FrozenTarget } from './frozen-plan';
import type { AttemptResult } from './outcome';
import { drawn } from './seeded';
import type { Fate, World } from './simulation';

/** How often of 1 an attempt comes to what is not success; together at most 1. */
export type Rates = Readonly<Partial<Record<keyof typeof FATES, number>>>;

/** From the first to the second, each as likely as the other. */
export type Between = readonly [number, number];

export interface WorldRules {
  readonly rates?: Rates;
  readonly lookMs?: Between;
  readonly takesMs?: Between;
  /** How often of 1 a look at the health shows this. */
  readonly looks?: Readonly<Partial<Record<'unhealthy' | 'inconclusive', number>>>;
  /** So many attempts of a target at most come to anything but success; absent: no limit. */
  readonly troublesAtMost?: number;
}

/** A world in which chance decides, and the seed decides what chance does. */
export function seededWorld(seed: string, rules: WorldRules = {}): World {
  const { rates = {}, lookMs = [0, 0], takesMs = [60_000, 600_000], looks = {} } = rules;
  const { troublesAtMost = Infinity } = rules;
  const kinds = Object.keys(rates) as (keyof typeof FATES)[];

  function attempt({ upgrade, instanceId, proxyId }: FrozenTarget, nth: number): Fate {
    const of = `${seed}/${upgrade}/${instanceId}/${proxyId}/${nth}`;
    const trouble = nth <= troublesAtMost ? picked(kinds, rates, drawn(`${of}/fate`)) : null;
    const fate = trouble === null ? SUCCESS : FATES[trouble];
    return {
      ...fate,
      lookMs: between(lookMs, drawn(`${of}/look`)),
      takesMs: between(takesMs, drawn(`${of}/takes`)),
    };
  }

  function look(wave: string, nth: number): Finding {
    const verdict = picked(['unhealthy', 'inconclusive'], looks, drawn(`${seed}/${wave}/${nth}`));
    return { verdict: verdict ?? 'healthy', words: `look ${nth}` };
  }

  return { attempt, look };
}

/** The first kind up to which the rates add up to more than the draw; null if they do not. */
function picked<K extends string>(
  kinds: readonly K[],
  rates: Readonly<Partial<Record<K, number>>>,
  draw: number,
): K | null {
  let sum = 0;
  for (const kind of kinds) {
    sum += rates[kind] ?? 0;
    if (draw < sum) return kind;
  }
  return null;
}

function between([from, to]: Between, draw: number): number {
  return from + Math.floor(draw * (to - from + 1));
}

type What = Pick<AttemptResult, 'result' | 'reason'> & Pick<Fate, 'submits'>;

const SUCCESS: What = { result: 'succeeded', reason: 'upgraded', submits: true };

const FATES = {
  upToDate: { result: 'upToDate', reason: 'alreadyThere', submits: false },
  badState: { result: 'rejected', reason: 'badState', submits: false },
  refusedForGood: { result: 'rejected', reason: 'refusedForGood', submits: true },
  refusedForNow: { result: 'rejected', reason: 'refusedForNow', submits: true },
  failed: { result: 'failed', reason: 'jobFailed', submits: true },
  unknown: { result: 'unknown', reason: 'notReconciled', submits: true },
  advanced: { result: 'advanced', reason: 'stepDone', submits: true },
  requestLost: { result: 'notSubmitted', reason: 'requestLost', submits: true },
  busy: { result: 'notSubmitted', reason: 'busy', submits: false },
  cloudAccess: { result: 'notSubmitted', reason: 'cloudAccess', submits: false },
} as const satisfies Record<string, What>;
