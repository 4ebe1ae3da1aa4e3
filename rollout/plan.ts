import { meant } from './did-you-mean';
import { plannedMs } from './expected';
import { checkCalendar } from './plan-calendar';
import { checkClouds, cloudOfUpgrade } from './plan-clouds';
import { draftCalendar } from './plan-calendar-schema';
import { check, shown } from './plan-fields';
import { checkDiscoveries, type Discovery } from './plan-discover';
import { discoverSchema, scopeSchema } from './plan-discover-schema';
import { checkRecovery } from './plan-recovery';
import { checkRules, type Draft, type DraftWave } from './plan-rules';
import { fileSchema, headSchema, targetSchema, upgradeSchemas, type PlanHead } from './plan-schema';
import { waveSchema, type PlanWave } from './plan-wave-schema';
import { readYaml } from './plan-yaml';
import { problem, wordsOf, type Problem } from './problem';
import { isMapping, readTargetsFile, type Mapping, type TargetsFile } from './targets-file';
import { FAMILIES, type CloudScope, type FamilyName, type Target, type Upgrade } from './upgrade';
import { seedOf } from './waves';

export type { Amount } from './plan-fields';
export type { PlanBudget, PlanHead } from './plan-schema';
export type { PlanWave } from './plan-wave-schema';
export type { Problem } from './problem';

/** The validated plan: files inlined, defaults filled in, plain JSON. */
export interface Plan extends Readonly<PlanHead> {
  readonly upgrades: Readonly<Record<string, Upgrade>>;
  readonly targets: readonly Target[];
  /** What else is upgraded: looked for when the plan is frozen. Absent: nothing. */
  readonly discover?: readonly Discovery[];
  readonly waves: readonly PlanWave[];
}

/** Reads a file that the plan names, as it is named there: relative to the plan. May throw. */
export interface PlanFiles {
  readFile(path: string): string;
}

/**
 * Reads a plan written in YAML or JSON. Either a plan without a single mistake, or all mistakes at
 * once: a wrong field never hides one elsewhere. Only a text that is no YAML is not looked into.
 * With `now`, an ISO instant, it is also judged whether its windows open soon and long enough.
 */
export function parsePlan(
  text: string,
  files: PlanFiles,
  now: string | null = null,
): { readonly plan: Plan | null; readonly problems: readonly Problem[] } {
  const source = readYaml(text);
  if (source.isBroken) return { plan: null, problems: source.problems };

  const head = check(headSchema, source.value, '');
  const raw = asMapping(source.value);
  const upgrades = readUpgrades(asMapping(raw.upgrades));
  const targets = withClouds(raw, readTargets(raw, files));
  const waves = readWaves(raw.waves === undefined ? [WHOLE] : asList(raw.waves));
  const problems = [
    ...source.problems,
    ...head.problems,
    ...upgrades.problems,
    ...targets.problems,
    ...waves.problems,
    ...(isMapping(source.value) ? checkClouds(raw, targets) : []),
    ...checkRules({
      ...upgrades,
      ...targets,
      waves: waves.drafts,
      concurrencyBy: head.data?.concurrencyBy ?? null,
      seed: seedIn(raw),
    }),
    ...checkDiscoveries(targets.discoveries, upgrades.families),
    ...checkRecovery(upgrades.entries, head.data?.recovery),
    ...checkCalendar({ ...draftCalendar(raw), expected: expectedOf(upgrades.entries) }, now),
  ];
  if (problems.length > 0 || head.data === null) return { plan: null, problems };
  const plan = {
    ...head.data,
    upgrades: Object.fromEntries(upgrades.entries),
    targets: targets.targets.map(({ target }) => target),
    ...(targets.discoveries.length > 0 && { discover: targets.discoveries }),
    waves: waves.waves,
  };
  return { plan, problems };
}

/** Where a plan's targets are; `given` instead of what it says. It may be wrong in all else. */
export function parseScope(
  text: string,
  { cloud, ...given }: Partial<CloudScope>,
): { readonly scope: CloudScope | null; readonly problems: readonly Problem[] } {
  const source = readYaml(text);
  const raw = asMapping(source.value);
  const named = asMapping(asMapping(raw.clouds)[cloud ?? '']);
  const { projectId, region } = { ...(cloud === undefined ? raw : named), ...given };
  const { data, problems } = check(scopeSchema, { projectId, region }, '');
  const scope = data && (cloud === undefined ? data : { ...data, cloud });
  return { scope, problems: source.isBroken ? source.problems : problems };
}

/** The seed, also of a plan whose head is wrong elsewhere. */
function seedIn({ name, seed }: Mapping): string {
  const asText = (value: unknown) =>
    typeof value === 'string' || typeof value === 'number' ? String(value).trim() : null;
  return seedOf({ name: asText(name) ?? '', seed: asText(seed) });
}

// A plan without waves is one wave of everything.
const WHOLE = { name: 'all', take: 'rest' };

function readUpgrades(raw: Mapping) {
  const families = new Map<string, FamilyName | null>();
  const entries: [string, Upgrade][] = [];
  const problems: Problem[] = [];
  for (const [name, value] of Object.entries(raw)) {
    const at = `upgrades.${name}`;
    const { family: given, ...parameters } = asMapping(value);
    const family = FAMILIES.find((known) => known === given) ?? null;
    families.set(name, family);
    if (!/^[A-Za-z0-9][A-Za-z0-9_-]*$/.test(name)) {
      problems.push(problem(at, 'is no name for an upgrade', 'letters, digits, dashes'));
    }
    if (family === null) {
      problems.push(problemOfFamily(`${at}.family`, given));
      continue;
    }
    const { data, problems: wrong } = check(upgradeSchemas[family], value, at);
    problems.push(...wrong);
    if (data !== null) entries.push([name, data]);
    const { engineMinorVersion = null, proxyMinorVersion = null } = parameters;
    if (family === 'dcs-instance' && engineMinorVersion === null && proxyMinorVersion === null) {
      const right = 'engineMinorVersion: latest, or proxyMinorVersion, or both';
      problems.push(problem(at, 'names no component to upgrade', right));
    }
  }
  return { families, entries, problems };
}

function expectedOf(entries: readonly (readonly [string, Upgrade])[]) {
  return entries.flatMap(([name, upgrade]) => {
    const expectMs = plannedMs(upgrade);
    return expectMs === null ? [] : [{ at: `upgrades.${name}.expect`, expectMs }];
  });
}

function problemOfFamily(path: string, given: unknown): Problem {
  const message = given === undefined ? 'is missing' : `no family is called ${shown(given)}`;
  return problem(path, message, meant(typeof given === 'string' ? given : '', FAMILIES));
}

function readTargets(plan: Mapping, files: PlanFiles) {
  const problems: Problem[] = [];
  const targets: Draft['targets'][number][] = [];
  const discoveries: Discovery[] = [];
  let hasAllTargets = true;
  const add = (at: string, value: unknown) => {
    const read = check(targetSchema, value, at);
    problems.push(...read.problems);
    targets.push({ at, target: read.data ?? salvageTarget(value, read.wrong) });
    // Whom a wave matches can be told of a target that is wrong elsewhere.
    hasAllTargets &&= isMapping(value) && !read.wrong.has('labels') && !read.wrong.has('az');
  };
  for (const [i, value] of asList(plan.targets).entries()) {
    const at = `targets[${i}]`;
    if ('discover' in asMapping(value)) {
      const entry = check(discoverSchema, value, at);
      problems.push(...entry.problems);
      hasAllTargets = false;
      if (entry.data === null) continue;
      const { discover, ...common } = entry.data;
      discoveries.push({ at, after: targets.length, ...common, ...discover });
      continue;
    }
    if (!('file' in asMapping(value))) {
      add(at, value);
      continue;
    }
    const entry = check(fileSchema, value, at);
    const file = entry.data === null ? NOTHING : readFile(`${at}.file`, entry.data.file, files);
    problems.push(...entry.problems, ...file.problems);
    hasAllTargets &&= entry.data !== null && file.problems.length === 0;
    const upgrade = entry.data?.upgrade ?? undefined;
    const cloud = entry.data?.cloud === undefined ? {} : { cloud: entry.data.cloud };
    for (const { at, value } of file.rows) {
      const row = { at, value: 'clouds' in plan ? value : withCloudAsLabel(value) };
      const labels = { ...entry.data?.labels, ...asMapping(row.value.labels) };
      const isWrong = row.value.labels !== undefined && !isMapping(row.value.labels);
      add(row.at, { upgrade, ...cloud, ...row.value, ...(isWrong ? {} : { labels }) });
    }
  }
  return { targets, discoveries, hasAllTargets, problems };
}

/** A column of that name is a label as any other where the plan has no clouds. */
function withCloudAsLabel({ cloud, ...value }: Mapping): Mapping {
  if (cloud === undefined) return value;
  return { ...value, labels: { cloud, ...asMapping(value.labels) } };
}

/** Targets and discoveries that name no cloud are in that of their upgrade. */
function withClouds(raw: Mapping, draft: ReturnType<typeof readTargets>) {
  const withCloud = <T extends Pick<Target, 'upgrade' | 'cloud'>>(one: T): T => {
    const cloud = one.cloud ?? cloudOfUpgrade(raw, one.upgrade);
    return cloud === undefined ? one : { ...one, cloud };
  };
  const targets = draft.targets.map(({ at, target }) => ({ at, target: withCloud(target) }));
  return { ...draft, targets, discoveries: draft.discoveries.map(withCloud) };
}

const NOTHING: TargetsFile = { rows: [], problems: [] };

function readFile(path: string, name: string, files: PlanFiles): TargetsFile {
  let text;
  try {
    text = files.readFile(name);
  } catch (error) {
    const message = `${name} cannot be read: ${wordsOf(error)}`;
    return { rows: [], problems: [problem(path, message, 'a path relative to the plan')] };
  }
  return readTargetsFile(name, text);
}

const someOfTarget = targetSchema.partial();

function salvageTarget(value: unknown, wrong: ReadonlySet<string>): Target {
  const { data = {} } = someOfTarget.safeParse(without(value, wrong));
  const blank = { upgrade: '', instanceId: '', proxyId: null, name: null, az: null, labels: {} };
  // A proxy id that is there but wrong is not a missing one.
  return { ...blank, ...data, ...(wrong.has('proxyId') ? { proxyId: '' } : {}) };
}

const someOfWave = waveSchema.partial();

function readWaves(raw: readonly unknown[]) {
  const problems: Problem[] = [];
  const waves: PlanWave[] = [];
  const drafts: DraftWave[] = [];
  for (const [i, value] of raw.entries()) {
    const at = `waves[${i}]`;
    const { data, wrong, problems: found } = check(waveSchema, value, at);
    problems.push(...found);
    if (data !== null) waves.push(data);
    const some = data ?? someOfWave.safeParse(without(value, wrong)).data;
    const { name = '', match = null, take = null } = some ?? {};
    const { order = 'plan', concurrencyBy = null } = some ?? {};
    drafts.push({ at, wave: { name, match, take, order, concurrencyBy }, wrong });
  }
  return { waves, drafts, problems };
}

/** Without the fields that were wrong, so that the right ones can still be judged. */
function without(value: unknown, wrong: ReadonlySet<string>): Mapping {
  return Object.fromEntries(Object.entries(asMapping(value)).filter(([key]) => !wrong.has(key)));
}

function asMapping(value: unknown): Mapping {
  return isMapping(value) ? value : {};
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
