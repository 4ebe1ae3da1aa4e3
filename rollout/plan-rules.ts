import { meant } from './did-you-mean';
import { checkIds } from './plan-ids';
import { checkKeys, keysOf } from './plan-keys';
import type { PlanWave } from './plan-wave-schema';
import { problem, type Problem } from './problem';
import type { FamilyName, Target } from './upgrade';
import { cutWaves, matchValue, placeName, type FamilyOf } from './waves';

/**
 * What was understood of a plan, sound or not: the rules run over it also when single fields were
 * wrong. A text that is missing or wrong is `''`.
 */
export interface Draft {
  /** Upgrades by name; null where the family is not known. */
  readonly families: ReadonlyMap<string, FamilyName | null>;
  readonly targets: readonly { readonly at: string; readonly target: Target }[];
  /** False if some targets could not be read at all: who matches what cannot be told then. */
  readonly hasAllTargets: boolean;
  readonly waves: readonly DraftWave[];
  /** Of the whole rollout. */
  readonly concurrencyBy: PlanWave['concurrencyBy'];
  /** What random choices are made from. */
  readonly seed: string;
}

/** A wave with the fields that were right; the others as if absent, their names in `wrong`. */
export interface DraftWave {
  readonly at: string;
  readonly wave: Pick<PlanWave, 'name' | 'match' | 'take' | 'order' | 'concurrencyBy'>;
  readonly wrong: ReadonlySet<string>;
}

/** Every breach of the rules that no field can break alone. */
export function checkRules(draft: Draft): readonly Problem[] {
  const onWaves = [
    ...checkOrder(draft.waves),
    ...checkMatches(draft),
    ...checkKeys(draft, familyOf(draft)),
  ];
  const isSound = onWaves.length === 0 && draft.waves.every(({ wrong }) => wrong.size === 0);
  return [
    ...checkTargets(draft),
    ...onWaves,
    // Which waves come out empty is worth telling only once each of them is what was meant.
    ...(isSound && draft.hasAllTargets ? checkEmptyWaves(draft) : []),
  ];
}

function checkTargets({ families, targets }: Draft): readonly Problem[] {
  const first = new Map<string, string>();
  return targets.flatMap(({ at, target }) => {
    const { upgrade, instanceId } = target;
    const key = placeName(target);
    const before = first.get(key);
    if (instanceId !== '' && before === undefined) first.set(key, at);
    return [
      ...(upgrade === '' || families.has(upgrade)
        ? []
        : [unknownUpgrade(`${at}.upgrade`, upgrade, [...families.keys()])]),
      ...checkIds(at, target, families.get(upgrade) ?? null),
      ...(before === undefined
        ? []
        : [problem(at, `is the same target as ${before}`, 'name each target once')]),
    ];
  });
}

/** An upgrade is named that the plan does not have. */
export function unknownUpgrade(path: string, name: string, known: readonly string[]): Problem {
  return problem(path, `no upgrade is called "${name}"`, meant(name, known));
}

function checkOrder(waves: Draft['waves']): readonly Problem[] {
  const names = waves.map(({ wave }) => wave.name);
  // With `match` it is the rest of those that match: others are left for later waves.
  const takesAll = ({ wave }: DraftWave) => wave.take === 'rest' && wave.match === null;
  const rest = waves.findIndex((one) => takesAll(one) && !one.wrong.has('match'));
  return waves.flatMap((one, i) => {
    const { at, wave, wrong } = one;
    const first = names.indexOf(wave.name);
    const isUnclear = wrong.has('match') || wrong.has('take');
    const after = names[rest] || `waves[${rest}]`;
    return [
      ...(wave.name !== '' && first < i
        ? [problem(`${at}.name`, `waves[${first}] is called ${wave.name} too`, 'one name per wave')]
        : []),
      ...(wave.match === null && wave.take === null && !isUnclear
        ? [problem(at, 'says neither match nor take', 'take: rest, for all that is left')]
        : []),
      ...(rest < 0 || i <= rest
        ? []
        : takesAll(one)
          ? [problem(`${at}.take`, `${after} takes the rest before`, 'one wave takes the rest')]
          : [problem(at, `comes after ${after}, which takes the rest`, `put it before ${after}`)]),
    ];
  });
}

function checkMatches(draft: Draft): readonly Problem[] {
  if (!draft.hasAllTargets || draft.targets.length === 0) return [];
  const upgrades = familyOf(draft);
  const targets = draft.targets.map(({ target }) => target);
  return draft.waves.flatMap(({ at, wave: { match } }) => {
    const path = `${at}.match`;
    const keys = Object.entries(match ?? {});
    if (match !== null && keys.length === 0) {
      return [problem(path, 'names nothing', 'tier: canary, or take: rest instead of match')];
    }
    const mayHave = (target: Target, key: string, values: readonly string[]) => {
      const value = matchValue(target, key, upgrades);
      // What upgrade a target gets cannot be told when that field is wrong.
      const isUnclear = key === 'family' ? value === null : key === 'upgrade' && value === '';
      return isUnclear || (value !== null && values.includes(value));
    };
    const isThere = (target: Target) => keys.every(([key, values]) => mayHave(target, key, values));
    if (targets.some(isThere)) return [];
    const alone = keys.filter(([key, values]) => !targets.some((one) => mayHave(one, key, values)));
    if (alone.length === 0) {
      return [problem(path, 'no target matches all of it', 'a target must match every key')];
    }
    return alone.map(([key, values]) => {
      const there = targets.flatMap((target) => matchValue(target, key, upgrades) ?? []);
      const words = `no target has ${key} ${values.join(' or ')}`;
      return problem(`${path}.${key}`, words, suggestMatch({ key, values, there, targets }));
    });
  });
}

function suggestMatch(input: {
  readonly key: string;
  readonly values: readonly string[];
  readonly there: readonly string[];
  readonly targets: readonly Target[];
}): string | null {
  if (input.there.length > 0) return meant(input.values[0] ?? '', input.there);
  return meant(input.key, keysOf(input.targets));
}

function checkEmptyWaves(draft: Draft): readonly Problem[] {
  const targets = draft.targets.map(({ target }) => target);
  if (targets.length === 0) return [];
  const waves = draft.waves.map(({ wave }) => wave);
  const cut = cutWaves({ targets, waves, upgrades: familyOf(draft), seed: draft.seed });
  return draft.waves.flatMap(({ at, wave }, i) =>
    // Of a small fleet nothing may be left for the rest, and that is no mistake.
    cut.waves[i]?.length !== 0 || wave.take === 'rest'
      ? []
      : [problem(at, 'earlier waves take all of its targets', 'put it earlier, or leave it out')],
  );
}

function familyOf({ families }: Draft): FamilyOf {
  const known = [...families].flatMap(([name, family]) =>
    family === null ? [] : [[name, { family }] as const],
  );
  return Object.fromEntries(known);
}
