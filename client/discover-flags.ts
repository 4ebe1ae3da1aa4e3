import { meant } from '../rollout/did-you-mean';
import { isNamePattern, type FleetSearch } from '../rollout/fleet';
import { parseScope } from '../rollout/plan';
import { problem, type Problem } from '../rollout/problem';
import { FAMILIES, type CloudScope } from '../rollout/upgrade';
import { PersonError } from './errors';
import { EXIT } from './exit-codes';
import { outProblems } from './files';
import { flagLines } from './flag-problems';
import { readText } from './plan-file';

/** The flags of `upwave discover`. */
export interface DiscoverFlags {
  readonly family: string;
  readonly tag?: readonly string[];
  readonly name?: string;
  readonly upgradable?: boolean;
  readonly quick?: boolean;
  readonly projectId?: string;
  readonly region?: string;
  readonly cloud?: string;
  readonly plan?: string;
  readonly json?: boolean;
  readonly csv?: boolean;
  readonly out?: string;
}

/** Where the file of `--out` is, and its form. */
export interface FleetFile {
  readonly path: string;
  readonly form: 'json' | 'csv';
}

/** What is looked for. Throws a usage error that lists every mistake. */
export function readDiscoverFlags(flags: DiscoverFlags): {
  readonly search: FleetSearch;
  readonly file: FleetFile | null;
} {
  const family = FAMILIES.find((known) => known === flags.family);
  const tags = readTags(flags.tag ?? []);
  const { scope, problems } = readScope(flags);
  const file = flags.out === undefined ? null : fileOf(flags.out);
  const all = [
    ...(family === undefined
      ? [
          problem(
            '--family',
            `no family is called "${flags.family}"`,
            meant(flags.family, FAMILIES),
          ),
        ]
      : []),
    ...tags.problems,
    ...nameProblems(flags.name),
    ...problems,
    ...(file?.form === null
      ? [
          problem(
            '--out',
            `"${file.path}" does not say its form`,
            'a name that ends in .csv or .json',
          ),
        ]
      : []),
    ...outProblems(flags.out === undefined ? [] : [flags.out]),
    ...(flags.json && flags.csv
      ? [problem('--json', 'does not go together with --csv', null)]
      : []),
    ...(flags.quick && flags.upgradable
      ? [problem('--quick', 'reads no versions, by which --upgradable chooses', null)]
      : []),
  ];
  if (family === undefined || scope === null || all.length > 0) {
    throw new PersonError(`${flagLines(all)}\nNothing was listed.`, EXIT.usage);
  }
  const search: FleetSearch = {
    scope,
    family,
    name: flags.name ?? null,
    tags: tags.tags,
    upgradable: flags.upgradable ?? false,
    versions: !flags.quick,
    components: { engine: true, proxy: true },
  };
  return { search, file: file as FleetFile | null };
}

function readTags(pairs: readonly string[]): {
  readonly tags: FleetSearch['tags'];
  readonly problems: readonly Problem[];
} {
  const tags = new Map<string, string>();
  const problems = pairs.flatMap((pair) => {
    const [, key, value] = /^([^=]+)=(.*)$/s.exec(pair) ?? [];
    if (key === undefined || value === undefined) {
      return [problem('--tag', `"${pair}" is no tag`, 'key=value')];
    }
    if (tags.has(key)) return [problem('--tag', `${key} is there twice`, 'all tags must match')];
    tags.set(key, value);
    return [];
  });
  return { tags: Object.fromEntries(tags), problems };
}

function nameProblems(name: string | undefined): readonly Problem[] {
  if (name === undefined || isNamePattern(name)) return [];
  const right = 'a whole name, or * and a part of one, such as "*prod"';
  return [problem('--name', `"${name}" can be no name`, right)];
}

const FLAGS: Readonly<Record<string, string>> = { projectId: '--project-id', region: '--region' };

function readScope({ plan, projectId, region, cloud }: DiscoverFlags) {
  const given: Partial<CloudScope> = {
    ...(projectId && { projectId }),
    ...(region && { region }),
    ...(cloud && { cloud }),
  };
  const { scope, problems } = parseScope(
    plan === undefined ? '{}' : readText(plan, 'Nothing was listed.'),
    given,
  );
  return {
    scope,
    problems: problems.map((each) => {
      const hint = each.suggestion === null ? '' : `: ${each.suggestion}`;
      const suggestion = plan === undefined ? `or --plan <file>${hint}` : each.suggestion;
      return { ...each, path: FLAGS[each.path] ?? each.path, suggestion };
    }),
  };
}

function fileOf(path: string): { readonly path: string; readonly form: FleetFile['form'] | null } {
  const ending = path.toLowerCase().split('.').at(-1);
  return { path, form: ending === 'csv' || ending === 'json' ? ending : null };
}
