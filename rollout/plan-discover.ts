import { scopeOf, whereaboutsOf } from './clouds';
import { filterWords, labelsOf, type FleetFilter, type FleetRow, type FleetSearch } from './fleet';
import type { Plan } from './plan';
import { checkRules, unknownUpgrade, type Draft } from './plan-rules';
import { problem, type Problem } from './problem';
import type { FamilyName, Target, Upgrade } from './upgrade';
import { placeName, seedOf } from './waves';

/** Targets that a plan does not name: they are looked for each time it is frozen. */
export interface Discovery extends FleetFilter {
  /** Where it stands in the plan, as `targets[2]`. */
  readonly at: string;
  /** How many of the plan's named targets come before it. */
  readonly after: number;
  readonly upgrade: string;
  /** Absent: in the plan's own project. */
  readonly cloud?: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Upgrades that no discovery can be for. */
export function checkDiscoveries(
  discoveries: readonly Discovery[],
  families: ReadonlyMap<string, FamilyName | null>,
): readonly Problem[] {
  return discoveries.flatMap(({ at, upgrade }) =>
    families.has(upgrade) ? [] : [unknownUpgrade(`${at}.upgrade`, upgrade, [...families.keys()])],
  );
}

/** What is looked for. Versions are read only where they decide. */
export function searchOf(plan: Plan, discovery: Discovery): FleetSearch {
  const upgrade = upgradeOf(plan, discovery);
  const { name, tags, upgradable } = discovery;
  const isCache = upgrade.family === 'dcs-instance';
  return {
    scope: scopeOf(whereaboutsOf(plan), discovery),
    family: upgrade.family,
    ...{ name, tags, upgradable },
    versions: upgradable,
    components: {
      engine: isCache && upgrade.engineMinorVersion !== null,
      proxy: isCache && upgrade.proxyMinorVersion !== null,
    },
  };
}

/**
 * The plan with the targets that were found, each list of them in its place; `found` is in the order
 * of the plan's discoveries. What the plan names itself, or an earlier discovery found, is not taken
 * again. A discovery that finds nothing is a problem, and so is every rule that the plan now breaks.
 */
export function withFound(
  plan: Plan,
  found: readonly (readonly FleetRow[])[],
): { readonly plan: Plan; readonly problems: readonly Problem[] } {
  const { discover: discoveries = [], ...rest } = plan;
  const taken = new Set(plan.targets.map(placeName));
  const targets: { readonly at: string; readonly target: Target }[] = [];
  const named = plan.targets.map((target) => ({ at: `target ${target.instanceId}`, target }));
  let from = 0;
  for (const [i, discovery] of discoveries.entries()) {
    targets.push(...named.slice(from, discovery.after));
    from = discovery.after;
    for (const row of found[i] ?? []) {
      const target = targetOf(discovery, row);
      if (taken.has(placeName(target))) continue;
      taken.add(placeName(target));
      targets.push({ at: `${discovery.at}, ${row.name || row.instanceId}`, target });
    }
  }
  targets.push(...named.slice(from));
  const resolved = { ...rest, targets: targets.map(({ target }) => target) };
  const nothing = discoveries.flatMap((discovery, i) =>
    (found[i] ?? []).length > 0 ? [] : [nothingFound(plan, discovery)],
  );
  const problems = nothing.length > 0 ? nothing : checkRules(draftOf(resolved, targets));
  return { plan: resolved, problems };
}

function targetOf({ upgrade, cloud, labels }: Discovery, row: FleetRow): Target {
  const { instanceId, proxyId, name, az } = row;
  // A tag says more of one instance than what the plan says of all, as a row of a file does.
  const all = { ...labels, ...labelsOf(row) };
  const place = cloud === undefined ? {} : { cloud };
  return { upgrade, ...place, instanceId, proxyId, name: name || null, az, labels: all };
}

function nothingFound(plan: Plan, discovery: Discovery): Problem {
  const { family } = upgradeOf(plan, discovery);
  const filter = filterWords(discovery);
  const { projectId, region } = scopeOf(whereaboutsOf(plan), discovery);
  return problem(
    `${discovery.at}.discover`,
    `nothing of the family ${family} was found in project ${projectId}, region ${region}${filter && `, with ${filter}`}`,
    `upwave discover --family ${family} shows what there is`,
  );
}

function draftOf(plan: Plan, targets: Draft['targets']): Draft {
  const families = Object.entries(plan.upgrades).map(
    ([name, { family }]) => [name, family] as const,
  );
  return {
    families: new Map(families),
    targets,
    hasAllTargets: true,
    waves: plan.waves.map((wave, i) => ({ at: `waves[${i}]`, wave, wrong: new Set() })),
    concurrencyBy: plan.concurrencyBy,
    seed: seedOf(plan),
  };
}

function upgradeOf({ upgrades }: Plan, { upgrade }: Discovery): Upgrade {
  const found = upgrades[upgrade];
  if (found === undefined) throw new Error(`the plan has no upgrade ${upgrade}`);
  return found;
}
