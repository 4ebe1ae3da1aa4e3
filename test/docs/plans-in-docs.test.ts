import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { parsePlan } from '../../rollout/plan';
import { CACHE, CACHE_2, GAUSSDB, PROXY, TAURUSDB } from '../rollout/plan.builder';
import { slips } from '../support/plan-schema-slips';
import { blocks, readPage, ROOT, snippets } from './markdown';

type Mapping = Readonly<Record<string, unknown>>;

/** What a fragment is a part of: one upgrade and one target of each family, and the labels that are spoken of. */
const BASE = {
  version: 1,
  name: 'docs',
  projectId: '0483b6b16e954cb88930a360d2c4e663',
  region: 'cn-north-4',
  upgrades: {
    proxy: { family: 'taurusdb-proxy', targetVersion: '2.26.03.000' },
    kernel: { family: 'taurusdb-instance' },
    patch: { family: 'gaussdb-hotfix', targetVersions: ['3.208.0.6'] },
    cache: { family: 'dcs-instance', engineMinorVersion: 'latest' },
  },
  targets: [
    { upgrade: 'cache', instanceId: CACHE, az: 'a', labels: { tier: 'canary', shard: 1 } },
    { upgrade: 'cache', instanceId: CACHE_2, az: 'b', labels: { tier: 'gold', shard: 2 } },
    { upgrade: 'proxy', instanceId: TAURUSDB, proxyId: PROXY },
    { upgrade: 'kernel', instanceId: TAURUSDB },
    { upgrade: 'patch', instanceId: GAUSSDB },
  ],
};

const readFile = (name: string) =>
  name === 'caches.csv'
    ? readFileSync(join(ROOT, 'plans', name), 'utf8')
    : 'instanceId\n6b1d9e57-8c02-4f6d-b1aa-0e9c3d7f5521\n';

/** Every mistake in a plan, by its reader and by the schema of editors. */
function mistakesIn(yaml: string): readonly string[] {
  const { problems } = parsePlan(yaml, { readFile });
  return [...problems.map(({ path, message }) => `${path}: ${message}`), ...slips(yaml)];
}

/** A fragment in its place: its upgrades beside the base's, all else instead of it. */
function within(fragment: string): string {
  const given = parse(fragment) as Mapping;
  const upgrades = { ...BASE.upgrades, ...Object(given.upgrades) } as Mapping;
  return JSON.stringify({ ...BASE, ...given, upgrades });
}

const yaml = blocks().filter(({ language }) => language === 'yaml');

test.each(yaml)('$at: a plan, or a part of one, that is right', ({ text }) => {
  const isWhole = /^version:/m.test(text);

  expect(mistakesIn(isWhole ? text : within(text))).toEqual([]);
});

test('there are such blocks, and a wrong one would show', () => {
  expect(yaml.length).toBeGreaterThan(5);
  expect(mistakesIn(within('polling: { min: 10 }'))).not.toEqual([]);
  expect(mistakesIn(within('upgrades: { cache: { family: dcs-instanc } }'))).not.toEqual([]);
});

// A key with its value, all of it written out.
const PAIR = /^[a-z][A-Za-z]*: ?[^\s…][^…]*$/;
const parts = snippets().filter(({ page, text }) => PAIR.test(text) && page !== 'docs/bench.md');

/** Each place of a plan in which a key may stand. */
const PLACES: readonly ((part: Mapping) => Mapping)[] = [
  (part) => part,
  (part) => ({ waves: [{ name: 'w', take: 'rest', ...part }] }),
  (part) => ({ waves: [{ name: 'w', ...part }] }),
  (part) => ({ waves: [{ name: 'w', take: 'rest', gate: part }] }),
  (part) => ({ waves: [{ name: 'w', take: 'rest', gate: { approval: part } }] }),
  (part) => ({ waves: [{ name: 'w', take: 'rest', budget: part }] }),
  ...Object.entries(BASE.upgrades).map(([name, upgrade]) => (part: Mapping) => {
    return { upgrades: { ...BASE.upgrades, [name]: { ...upgrade, ...part } } };
  }),
  (part) => ({
    targets: [
      ...BASE.targets,
      { upgrade: 'cache', ...('file' in part ? {} : { discover: {} }), ...part },
    ],
  }),
  (part) => ({ targets: [...BASE.targets, { upgrade: 'cache', discover: part }] }),
  (part) => ({ recovery: { rejected: part } }),
  (part) => ({ recovery: { failed: part } }),
  (part) => ({
    blackouts: [{ from: '2026-12-24', to: '2027-01-02', zone: 'Asia/Shanghai', ...part }],
  }),
];

test.each(parts)('$at: `$text` has a place in a plan', ({ text }) => {
  const part = parse(text) as Mapping;

  const taken = PLACES.filter((place) => {
    return mistakesIn(JSON.stringify({ ...BASE, ...place(part) })).length === 0;
  });

  expect(taken.length).toBeGreaterThan(0);
});

test('each key of a plan is explained', () => {
  const words = readPage('docs/writing-plans.md') + readPage('docs/operations.md');
  const schema = JSON.parse(
    readFileSync(join(ROOT, 'docs/schemas/plan.schema.json'), 'utf8'),
  ) as unknown;
  const keys = new Set<string>();
  const look = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    for (const key of Object.keys(Object((node as Mapping).properties) as Mapping)) keys.add(key);
    Object.values(node).forEach(look);
  };
  look(schema);
  // Those of a check are in plans/bake.yaml, to which the page points.
  const compared = ['equal', 'notEqual', 'below', 'atMost', 'above', 'atLeast'];
  const inPlans = new Set([...compared, 'http', 'prometheus', 'query', 'json', 'checks', 'status']);
  const bake = readFileSync(join(ROOT, 'plans/bake.yaml'), 'utf8');

  const missing = [...keys].filter((key) => {
    const isIn = new RegExp(`\\b${key}\\b`);
    return !isIn.test(inPlans.has(key) ? bake : words);
  });

  expect(missing).toEqual([]);
});
