import type { PlanWave } from './plan-schema';
import type { Problem } from './targets-file';
import type { FamilyName, Target } from './upgrade';
import { cutWaves, matchValue, type FamilyOf } from './waves';

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
}

/** A wave with the fields that were right; the others as if absent, their names in `wrong`. */
export interface DraftWave {
  readonly at: string;
  readonly wave: Pick<PlanWave, 'match' | 'take'> & { readonly name: string };
  readonly wrong: ReadonlySet<string>;
}

/** Every breach of the rules that no field can break alone. */
export function checkRules(draft: Draft): readonly Problem[] {
  const onWaves = [...checkOrder(draft.waves), ...checkMatches(draft)];
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
    const { upgrade, instanceId, proxyId } = target;
    const key = `${instanceId}/${proxyId ?? ''}`.toLowerCase();
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

function unknownUpgrade(path: string, name: string, known: readonly string[]): Problem {
  return problem(path, `no upgrade is called "${name}"`, meant(name, known));
}

interface IdForm {
  readonly of: string;
  readonly form: RegExp;
  /** By this such an id is recognised although it may not be right. */
  readonly look: RegExp;
  readonly right: string;
}

function suffixed(of: string, suffix: string): IdForm {
  return {
    of,
    form: new RegExp(`^[0-9a-zA-Z]{32}${suffix}$`),
    look: new RegExp(`${suffix}$`),
    right: `32 letters and digits, then ${suffix}`,
  };
}

const TAURUSDB = suffixed('a TaurusDB instance id', 'in07');
const PROXY = suffixed('a TaurusDB proxy id', 'po01');
const GAUSSDB = suffixed('a GaussDB instance id', 'in14');
const DCS: IdForm = {
  of: 'a DCS instance id',
  form: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
  look: /^[0-9a-z]+(-[0-9a-z]+){4}$/i,
  right: 'a UUID with hyphens, 8-4-4-4-12 hexadecimal digits',
};
// The last four are no target's; they are here to say what was pasted.
const ALL_IDS: readonly IdForm[] = [
  ...[TAURUSDB, PROXY, GAUSSDB, DCS],
  suffixed('a TaurusDB node id', 'no07'),
  suffixed('a GaussDB node id', 'no14'),
  suffixed('an RDS id', 'in01'),
  suffixed('a GeminiDB id', 'in02'),
];

const INSTANCE_IDS: Readonly<Record<FamilyName, IdForm>> = {
  'taurusdb-proxy': TAURUSDB,
  'taurusdb-instance': TAURUSDB,
  'gaussdb-hotfix': GAUSSDB,
  'dcs-instance': DCS,
};

function checkIds(at: string, target: Target, family: FamilyName | null): readonly Problem[] {
  if (family === null) return [];
  return [
    ...checkId(`${at}.instanceId`, target.instanceId, INSTANCE_IDS[family]),
    ...checkProxyId(`${at}.proxyId`, target.proxyId, family),
  ];
}

function checkProxyId(path: string, id: string | null, family: FamilyName): readonly Problem[] {
  if (family === 'taurusdb-proxy') {
    const missing = problem(path, 'is missing', `${PROXY.of}: ${PROXY.right}`);
    return id === null ? [missing] : checkId(path, id, PROXY);
  }
  const words = `does not belong to a target of the family ${family}`;
  return id === null ? [] : [problem(path, words, 'leave it out')];
}

function checkId(path: string, id: string, wanted: IdForm): readonly Problem[] {
  if (id === '' || wanted.form.test(id)) return [];
  const right = `${wanted.of} is ${wanted.right}`;
  const seems = wanted.look.test(id) ? wanted : ALL_IDS.find(({ look }) => look.test(id));
  if (seems === undefined) return [problem(path, `"${id}" is not ${wanted.of}`, right)];
  if (seems !== wanted) return [problem(path, `this is ${seems.of}, not ${wanted.of}`, right)];
  const length = id.length === 36 ? '' : `: it has ${id.length} characters, not 36`;
  return [problem(path, `"${id}" is not a whole id${length}`, right)];
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
  const keys = input.targets.flatMap(({ labels }) => Object.keys(labels));
  return meant(input.key, [...keys, 'family', 'upgrade', 'az']);
}

function checkEmptyWaves(draft: Draft): readonly Problem[] {
  const targets = draft.targets.map(({ target }) => target);
  if (targets.length === 0) return [];
  const waves = draft.waves.map(({ wave }) => wave);
  const cut = cutWaves({ targets, waves, upgrades: familyOf(draft) });
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

/** What a word was meant to be: the nearest known one, or all of them; null if there is none. */
export function meant(word: string, known: readonly string[]): string | null {
  const choices = [...new Set(known)];
  const distances = choices.map((choice) => distanceOf(plain(word), plain(choice)));
  const least = Math.min(...distances);
  const nearest = choices[distances.indexOf(least)];
  if (nearest !== undefined && least <= Math.max(1, plain(word).length / 3)) {
    return `did you mean ${nearest}?`;
  }
  if (choices.length === 0) return null;
  const more = choices.length > MOST_CHOICES ? ', …' : '';
  return `there is ${choices.slice(0, MOST_CHOICES).join(', ')}${more}`;
}

const MOST_CHOICES = 12;

// `instance_id`, `InstanceID` and `instanceId` are one word to whoever types them.
function plain(word: string): string {
  return word.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/** Letters to put in, take out, change or swap on the way from one word to the other. */
function distanceOf(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  const at = (i: number, j: number) => rows[i]?.[j] ?? Infinity;
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= b.length; j += 1) {
      const change = at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwap = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = isSwap ? at(i - 2, j - 2) + 1 : Infinity;
      row.push(Math.min(change, swap, at(i - 1, j) + 1, at(i, j - 1) + 1));
    }
  }
  return at(a.length, b.length);
}

/** One mistake. */
export function problem(path: string, message: string, suggestion: string | null): Problem {
  return { path, message, suggestion };
}
