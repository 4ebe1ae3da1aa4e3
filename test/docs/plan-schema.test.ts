import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { planJsonSchema, planSchemaText } from '../../rollout/plan-json-schema';
import { PROXY, TAURUSDB } from '../rollout/plan.builder';
import { slips } from '../support/plan-schema-slips';

const ROOT = join(__dirname, '..', '..');
const PLANS = readdirSync(join(ROOT, 'plans')).filter((name) => name.endsWith('.yaml'));
const read = (...path: readonly string[]) => readFileSync(join(ROOT, ...path), 'utf8');

test('the published schema is the one of today: else npm run schema', () => {
  expect(read('docs', 'schemas', 'plan.schema.json')).toBe(planSchemaText());
});

test.each(PLANS)('plans/%s -> names the schema, which marks nothing in it', (name) => {
  const text = read('plans', name);

  expect(text.split('\n')[0]).toBe(
    '# yaml-language-server: $schema=../docs/schemas/plan.schema.json',
  );
  expect(slips(text)).toEqual([]);
});

test('every key has its words, and every pattern is one', () => {
  const wordless: string[] = [];
  const keys: string[] = [];
  const look = (at: string, node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    const { properties, pattern } = node as Record<string, unknown>;
    if (typeof pattern === 'string') new RegExp(pattern, 'u');
    for (const [key, field] of Object.entries(Object(properties) as Record<string, unknown>)) {
      const { description } = field as { readonly description?: string };
      keys.push(key);
      if (!description) wordless.push(`${at}.${key}`);
    }
    for (const [key, child] of Object.entries(node)) look(`${at}/${key}`, child);
  };

  look('', planJsonSchema());

  expect(wordless).toEqual([]);
  expect(keys.length).toBeGreaterThan(120);
});

const plan = parse(read('plans', 'proxy.yaml')) as Record<string, unknown>;
const wave = (fields: object) => ({ waves: [{ name: 'all', take: 'rest', ...fields }] });
const upgrade = (fields: object) => ({ upgrades: { proxy: fields } });
const proxy = { family: 'taurusdb-proxy', targetVersion: '2.26.03.000' };
const check = (fields: object) => wave({ bake: { for: '10m', checks: [fields] } });

test.each([
  { name: 'no version', given: { version: undefined } },
  { name: 'another version', given: { version: 2 } },
  { name: 'an unknown key', given: { regoin: 'cn-north-4' } },
  { name: 'a short project id', given: { projectId: 'a1' } },
  { name: 'a slash in the name', given: { name: 'a/b' } },
  { name: 'no upgrades', given: { upgrades: {} } },
  { name: 'a bad name of an upgrade', given: { upgrades: { 'a b': proxy } } },
  { name: 'an unknown family', given: upgrade({ family: 'rds' }) },
  { name: "another family's key", given: upgrade({ ...proxy, delay: true }) },
  { name: 'no version to go to', given: upgrade({ family: 'taurusdb-proxy' }) },
  { name: 'no component', given: upgrade({ family: 'dcs-instance' }) },
  { name: 'a duration without unit', given: upgrade({ ...proxy, expect: 12 }) },
  { name: 'a duration of two units', given: upgrade({ ...proxy, expect: '1h30m' }) },
  { name: 'no time at all', given: upgrade({ ...proxy, followFor: '0m' }) },
  { name: 'no targets', given: { targets: [] } },
  { name: 'a target without instance', given: { targets: [{ upgrade: 'proxy' }] } },
  {
    name: 'a file and an id',
    given: { targets: [{ upgrade: 'proxy', file: 'a.csv', instanceId: TAURUSDB, proxyId: PROXY }] },
  },
  { name: 'what is to be found, as text', given: { targets: [{ upgrade: 'a', discover: 'all' }] } },
  { name: 'more than all', given: wave({ take: '120%' }) },
  { name: 'nothing', given: wave({ take: '0%' }) },
  { name: 'half a target', given: wave({ take: 2.5 }) },
  { name: 'an empty stratum', given: wave({ take: { perStratum: 1, by: [] } }) },
  { name: 'a slip in strata', given: wave({ take: { perStrata: 1, by: ['az'] } }) },
  { name: 'no place', given: wave({ concurrency: 0 }) },
  { name: 'a budget below zero', given: wave({ budget: { failed: -1 } }) },
  { name: 'a budget above all', given: wave({ budget: { failed: '101%' } }) },
  { name: 'two gates', given: wave({ gate: { delay: '1h', at: '2026-12-05T01:00:00Z' } }) },
  { name: 'no gate', given: wave({ gate: {} }) },
  { name: 'an instant without offset', given: wave({ gate: { at: '2026-12-05T01:00:00' } }) },
  { name: 'a bake without time', given: wave({ bake: { every: '1m' } }) },
  { name: 'a check of nothing', given: check({ status: 200 }) },
  { name: 'an address that is none', given: check({ http: 'example.com/health' }) },
  { name: 'a blackout with a time', given: { blackouts: [{ from: '2026-12-24T00:00' }] } },
  { name: 'outsideWindows', given: { outsideWindows: 'pause' } },
  {
    name: 'rolling forward the unknown',
    given: { recovery: { unknown: { then: 'rollForward' } } },
  },
  {
    name: 'an undo of an after hook',
    given: { hooks: { after: [{ webhook: 'https://a.example', undo: 'https://b.example' }] } },
  },
])('$name -> marked', ({ given }) => {
  expect(slips(stringify(plan))).toEqual([]);

  expect(slips(stringify({ ...plan, ...given }))).not.toEqual([]);
});
