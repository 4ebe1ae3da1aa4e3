import { variablesOf } from './clouds';
import { meant } from './did-you-mean';
import type { Discovery } from './plan-discover';
import { problem, type Problem } from './problem';
import { isMapping, type Mapping } from './targets-file';
import type { Target } from './upgrade';

/** What was understood of where a plan's targets live, sound or not. */
export interface DraftClouds {
  readonly targets: readonly { readonly at: string; readonly target: Target }[];
  readonly discoveries: readonly Discovery[];
}

/** Every breach of the rules on clouds that no field can break alone; `raw` is the plan as written. */
export function checkClouds(
  raw: Mapping,
  { targets, discoveries }: DraftClouds,
): readonly Problem[] {
  const names = Object.keys(isMapping(raw.clouds) ? raw.clouds : {});
  return [
    ...checkOwn(raw, names),
    ...checkNames(names),
    ...checkUpgrades(raw, names),
    ...targets.flatMap(({ at, target }) => checkPlace(raw, names, { at, ...target })),
    ...discoveries.flatMap((each) => checkPlace(raw, names, each)),
    ...checkOneEach(targets),
  ];
}

/** The cloud that an upgrade gives to its targets, as it is written. */
export function cloudOfUpgrade(raw: Mapping, upgrade: string): string | undefined {
  const upgrades = isMapping(raw.upgrades) ? raw.upgrades : {};
  const given = Object.hasOwn(upgrades, upgrade) ? upgrades[upgrade] : null;
  const cloud = isMapping(given) ? given.cloud : undefined;
  return typeof cloud === 'string' || typeof cloud === 'number' ? String(cloud).trim() : undefined;
}

/** Project and region go together, and only a plan with clouds may do without both. */
function checkOwn({ projectId, region }: Mapping, names: readonly string[]): readonly Problem[] {
  const isNone = projectId === undefined && region === undefined;
  if (isNone && names.length > 0) return [];
  return [
    ...(projectId === undefined ? [problem('projectId', 'is missing', PROJECT)] : []),
    ...(region === undefined ? [problem('region', 'is missing', REGION)] : []),
  ];
}

const PROJECT = '32 letters and digits, such as 0483b6b16e954cb88930a360d2c4e663';
const REGION = 'the name of a region, such as cn-north-4';

function checkNames(names: readonly string[]): readonly Problem[] {
  return names.flatMap((name, i) => {
    const at = `clouds.${name}`;
    if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,59}$/.test(name)) {
      return [problem(at, 'is no name for a cloud', 'letters, digits and dashes, at most 60')];
    }
    const same = names.slice(0, i).find((other) => variablesOf(other) === variablesOf(name));
    if (same === undefined) return [];
    const words = `has the same variables as ${same} where the worker runs: ${variablesOf(name)}…`;
    return [problem(at, words, 'a name that differs in more than capitals, dashes and _')];
  });
}

function checkUpgrades(raw: Mapping, names: readonly string[]): readonly Problem[] {
  return Object.keys(isMapping(raw.upgrades) ? raw.upgrades : {}).flatMap((upgrade) => {
    const cloud = cloudOfUpgrade(raw, upgrade);
    return cloud === undefined ? [] : checkKnown(`upgrades.${upgrade}.cloud`, cloud, names);
  });
}

function checkPlace(
  raw: Mapping,
  names: readonly string[],
  { at, upgrade, cloud, labels }: Pick<Discovery, 'at' | 'upgrade' | 'cloud' | 'labels'>,
): readonly Problem[] {
  const label =
    names.length > 0 && Object.hasOwn(labels, 'cloud')
      ? [problem(`${at}.labels.cloud`, 'means the cloud in a plan with clouds', 'another label')]
      : [];
  if (cloud === undefined) return [...label, ...checkHasCloud(at, raw, names)];
  // Its upgrade's has been told already.
  if (cloud === cloudOfUpgrade(raw, upgrade)) return label;
  return [...label, ...checkKnown(`${at}.cloud`, cloud, names)];
}

function checkHasCloud(at: string, raw: Mapping, names: readonly string[]): readonly Problem[] {
  if (names.length === 0 || raw.projectId !== undefined || raw.region !== undefined) return [];
  const right = `${names.slice(0, 5).join(' or ')}, or projectId and region of the plan`;
  return [problem(`${at}.cloud`, 'is missing', right)];
}

function checkKnown(path: string, cloud: string, names: readonly string[]): readonly Problem[] {
  if (cloud === '' || names.includes(cloud)) return [];
  const none = 'clouds: { a-name: { projectId: …, region: … } }';
  return [problem(path, `no cloud is called "${cloud}"`, meant(cloud, names) ?? none)];
}

/** The lock on an instance is by its project: in two clouds it could be upgraded twice at once. */
function checkOneEach(targets: DraftClouds['targets']): readonly Problem[] {
  const first = new Map<string, DraftClouds['targets'][number]>();
  return targets.flatMap((each) => {
    const { instanceId, cloud } = each.target;
    const id = instanceId.toLowerCase();
    const before = first.get(id);
    if (instanceId === '') return [];
    if (before === undefined) first.set(id, each);
    if (before === undefined || before.target.cloud === cloud) return [];
    const words = `the instance is in ${nameOf(cloud)}, but ${before.at} says ${nameOf(before.target.cloud)}`;
    return [problem(`${each.at}.cloud`, words, 'an instance is in one cloud')];
  });
}

function nameOf(cloud: string | undefined): string {
  return cloud === undefined ? "the plan's own project" : `cloud ${cloud}`;
}
