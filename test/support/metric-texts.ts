import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const DOCS = join(__dirname, '..', '..', 'docs');

/** The rules of alerts, and their own tests. */
export const ALERTS = join(DOCS, 'prometheus', 'alerts.yml');
export const ALERT_TESTS = join(DOCS, 'prometheus', 'alerts.test.yml');

/** One query of a file, and where it stands there. */
export interface Query {
  readonly at: string;
  readonly expr: string;
}

interface AlertFile {
  readonly groups: readonly {
    readonly rules: readonly { readonly alert: string; readonly expr: string }[];
  }[];
}

interface Panel {
  readonly title: string;
  readonly targets?: readonly { readonly expr: string }[];
}

export function alertQueries(): readonly Query[] {
  const { groups } = parse(readFileSync(ALERTS, 'utf8')) as AlertFile;
  return groups.flatMap(({ rules }) => rules.map(({ alert, expr }) => ({ at: alert, expr })));
}

export function dashboardQueries(): readonly Query[] {
  const text = readFileSync(join(DOCS, 'grafana', 'upwave.json'), 'utf8');
  const { panels } = JSON.parse(text) as { readonly panels: readonly Panel[] };
  return panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr }) => ({ at: title, expr })),
  );
}

/** The series that a query asks for: names that no worker of ours or of the SDK has are none. */
export function seriesIn({ expr }: Query): readonly string[] {
  return [...new Set(expr.match(/\b(upwave|temporal)_\w+/g) ?? [])];
}

/** The series of a scrape. */
export function seriesOf(text: string): ReadonlySet<string> {
  return new Set(text.split('\n').flatMap((line) => /^([a-z_]+)[{ ]/.exec(line)?.[1] ?? []));
}

/** The names of the labels of each series of a metric, as a scrape shows them. */
export function labelsOf(text: string, name: string): ReadonlySet<string> {
  const lines = text.split('\n').filter((line) => new RegExp(`^${name}(_bucket)?[{ ]`).test(line));
  return new Set(
    lines.map((line) =>
      [...line.matchAll(/[{,](\w+)="/g)]
        .map(([, label = '']) => label)
        .filter((label) => label !== 'le')
        .sort()
        .join(),
    ),
  );
}
