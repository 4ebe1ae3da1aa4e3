import { asFrozen, canonicalJson, hashOf } from '../../client/frozen-file';
import { freezePlan } from '../../rollout/freeze';
import type { Inspection } from '../../rollout/upgrade';
import { readPlan } from '../rollout/plan.builder';

const SEEN: Inspection = {
  ...{ version: '5.0.12.1', newestVersion: '5.0.16.3', upgradable: true },
  ...{ state: 'ready', status: 'RUNNING', ticket: null },
};
const full = readPlan({
  windows: [{ cron: '0 1 * * SAT', for: '4h', zone: 'Asia/Shanghai' }],
  waves: [
    {
      ...{ name: 'all', take: 'rest', slowStart: true },
      ...{ concurrencyBy: { label: 'upgrade', max: 1 }, gate: { approval: { expires: '1h' } } },
      bake: { for: '10m', checks: [{ http: 'https://example.com/health' }] },
    },
  ],
});
const NOW = '2026-11-21T08:00:00.000Z';
const known = {
  openings: { spans: [{ from: NOW, to: '2026-11-21T12:00:00.000Z' }], until: NOW },
  learned: { 'dcs-instance': 60_000 },
};
const frozen = freezePlan(full, [SEEN], NOW, known);
const hash = hashOf(frozen);

function refused(value: unknown): string {
  try {
    asFrozen(JSON.stringify(value), 'frozen.json');
  } catch (error) {
    expect(error).toMatchObject({ exitCode: 2 });
    return (error as Error).message;
  }
  throw new Error('it was taken');
}

test('written and read again -> the plan and its hash', () => {
  const text = JSON.stringify({ ...frozen, hash }, null, 2);

  expect(asFrozen(text, 'frozen.json')).toEqual({ frozen, hash });
  expect(hash).toMatch(/^[0-9a-f]{64}$/);
});

test('the document of plan --json, with its forecast -> the plan', () => {
  const text = JSON.stringify({ ...frozen, hash, forecast: { endsAt: null } });

  expect(asFrozen(text, 'frozen.json')).toEqual({ frozen, hash });
});

test('keys in another order -> the same plan', () => {
  const turned = Object.fromEntries(Object.entries({ ...frozen, hash }).reverse());

  expect(asFrozen(JSON.stringify(turned), 'frozen.json')?.hash).toBe(hash);
});

test.each([
  { name: 'YAML', text: 'version: 1' },
  { name: 'YAML that begins as JSON', text: '{ version: 1 }' },
  { name: 'a plan in JSON', text: '{ "version": 1, "waves": [] }' },
])('$name -> no frozen plan', ({ text }) => {
  expect(asFrozen(text, 'plan.yaml')).toBeNull();
});

describe('a change -> refused, and what to do', () => {
  const [wave] = frozen.waves;
  test.each([
    { name: 'one place more', change: { waves: [{ ...wave, concurrency: 2 }] } },
    { name: 'no gate', change: { waves: [{ ...wave, gate: null }] } },
    { name: 'a wave less', change: { waves: [] } },
    { name: 'another seed', change: { seed: 'x' } },
    { name: 'a field more', change: { note: 'hello' } },
    { name: 'another hash', change: { hash: 'f'.repeat(64) } },
  ])('$name', ({ change }) => {
    const words = refused({ ...frozen, hash, ...change });

    expect(words).toContain('frozen.json was changed after upwave wrote it');
    expect(words).toContain('Nothing was started');
    expect(words).toContain('upwave plan <plan> --out frozen.json');
  });
});

describe('another shape -> refused, with the fields', () => {
  const [wave] = frozen.waves;
  test.each([
    { name: 'an older one: no hash', given: frozen, words: 'hash' },
    { name: 'no rules', given: { ...frozen, hash, rules: undefined }, words: 'rules' },
    {
      name: 'a wave without slowStart',
      given: { ...frozen, hash, waves: [{ ...wave, slowStart: undefined }] },
      words: 'waves.0.slowStart',
    },
    {
      name: 'a gate of an unknown kind',
      given: { ...frozen, hash, waves: [{ ...wave, gate: { kind: 'moon' } }] },
      words: 'waves.0.gate.kind',
    },
    {
      name: 'nearly everything missing -> not all of it is named',
      given: { frozenAt: NOW },
      words: 'and more cannot be read',
    },
  ])('$name', ({ given, words }) => {
    expect(refused(given)).toContain(words);
    expect(refused(given)).toContain('another version of upwave wrote it');
  });

  test('made offline -> refused', () => {
    expect(refused({ ...frozen, hash: null })).toContain('was made offline');
  });
});

test.each([
  { a: { x: 1, y: [2, { b: 1, a: 2 }] }, b: { y: [2, { a: 2, b: 1 }], x: 1 }, same: true },
  { a: { x: [1, 2] }, b: { x: [2, 1] }, same: false },
  { a: { x: null }, b: {}, same: false },
])('canonical JSON of $a and $b: the same is $same', ({ a, b, same }) => {
  expect(canonicalJson(a) === canonicalJson(b)).toBe(same);
});
