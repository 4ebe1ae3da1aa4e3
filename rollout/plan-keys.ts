import { meant } from './did-you-mean';
import type { Draft, DraftWave } from './plan-rules';
import { problem, type Problem } from './problem';
import type { Target } from './upgrade';
import { matchValue, type FamilyOf } from './waves';

/**
 * Keys by which targets are told apart, in `take.by` and `concurrencyBy`, although no target has
 * them: a canary over strata would cover nothing, and a limit would hold back nobody.
 */
export function checkKeys(draft: Draft, upgrades: FamilyOf): readonly Problem[] {
  if (!draft.hasAllTargets || draft.targets.length === 0) return [];
  const targets = draft.targets.map(({ target }) => target);
  const known = keysOf(targets);
  const checkKey = (path: string, key: string, also: readonly string[] = []) => {
    const isThere =
      [...ALWAYS_THERE, ...also].includes(key) ||
      targets.some((target) => matchValue(target, key, upgrades) !== null);
    return isThere ? [] : [problem(path, `no target has ${key}`, meant(key, [...known, ...also]))];
  };
  const checkLimit = (path: string, limit: Draft['concurrencyBy']) =>
    limit === null ? [] : checkKey(`${path}.label`, limit.label);
  const checkStrata = ({ at, wave: { take } }: DraftWave) => {
    if (take === null || take === 'rest' || !('perStratum' in take)) return [];
    return take.by.flatMap((key, i) =>
      take.by.indexOf(key) < i
        ? [problem(`${at}.take.by[${i}]`, `${key} is there twice`, 'name it once')]
        : checkKey(`${at}.take.by[${i}]`, key, ['version']),
    );
  };
  return [
    ...draft.waves.flatMap((one) => [
      ...checkStrata(one),
      ...checkLimit(`${one.at}.concurrencyBy`, one.wave.concurrencyBy),
    ]),
    ...checkLimit('concurrencyBy', draft.concurrencyBy),
  ];
}

/** What targets can be told apart by. */
export function keysOf(targets: readonly Target[]): readonly string[] {
  const labels = new Set(targets.flatMap(({ labels }) => Object.keys(labels)));
  const zones = targets.some(({ az }) => az !== null) ? ['az'] : [];
  const clouds = targets.some(({ cloud }) => cloud !== undefined) ? ['cloud'] : [];
  return [...labels, ...ALWAYS_THERE, ...zones, ...clouds];
}

// A target whose upgrade cannot be read is a problem of its own.
const ALWAYS_THERE = ['family', 'upgrade'];
