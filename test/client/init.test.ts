import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { newAsker } from '../../client/ask';
import { planText, type NewPlan } from '../../client/init-plan';
import { askMissing } from '../../client/init-questions';
import type { Answers } from '../../client/init-answers';
import { parsePlan } from '../../rollout/plan';
import { planSchemaText } from '../../rollout/plan-json-schema';
import { FAMILIES, type FamilyName } from '../../rollout/upgrade';
import { CACHE, CACHE_2, GAUSSDB, PROXY, TAURUSDB } from '../rollout/plan.builder';
import { slips } from '../support/plan-schema-slips';
import { planFolder, upwave } from './run-upwave';

const folder = planFolder();
afterAll(() => folder.remove());

const PROJECT = '0483b6b16e954cb88930a360d2c4e663';
const where = ['--project-id', PROJECT, '--region', 'cn-north-4'];
const fileOf = (path: string) => readFileSync(path, 'utf8');
const noFiles = {
  readFile: () => {
    throw new Error('no file is read here');
  },
};

const IDS: Readonly<Record<FamilyName, readonly string[]>> = {
  'taurusdb-proxy': ['--to', '2.26.03.000', '--target', `${TAURUSDB}/${PROXY}`],
  'taurusdb-instance': ['--target', TAURUSDB],
  'gaussdb-hotfix': ['--to', '3.208.0.6', '3.208.0.7', '--target', GAUSSDB],
  'dcs-instance': ['--target', CACHE, CACHE_2],
};

test.each(FAMILIES)(
  '%s by flags: written, valid, and with the schema beside it',
  async (family) => {
    mkdirSync(folder.path(family));
    const out = folder.path(`${family}/plan.yaml`);

    const init = await upwave([
      ...['init', '--family', family, '--name', 'november', ...where, '--out', out],
      ...IDS[family],
    ]);

    expect(init).toMatchObject({ code: 0, stderr: '' });
    expect(init.stdout).toContain(`upwave validate ${out}`);
    expect(slips(fileOf(out))).toEqual([]);
    expect(fileOf(out)).toMatch(/^# yaml-language-server: \$schema=\.\/plan\.schema\.json\n/);
    expect(fileOf(folder.path(`${family}/plan.schema.json`))).toBe(planSchemaText());
    const { code, stdout } = await upwave(['validate', out]);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringContaining(
        family === 'dcs-instance' ? '2 targets' : '1 target',
      ) as unknown,
    });
  },
);

test('a file in another folder is named from the plan', async () => {
  mkdirSync(folder.path('plans'));
  const csv = folder.write('some.csv', `instanceId,tier\n${CACHE},canary\n${CACHE_2},gold\n`);
  const out = folder.path('plans/caches.yaml');

  const { code } = await upwave([
    ...['init', '--family', 'dcs-instance', '--name', 'true', ...where],
    ...['--file', csv, '--out', out],
  ]);

  expect(code).toBe(0);
  expect(fileOf(out)).toContain('file: ../some.csv');
  expect((await upwave(['validate', out])).stdout).toContain(
    'valid plan: true, 2 targets, 2 waves',
  );
});

test('without a terminal everything that is missing or wrong is told at once', async () => {
  const out = folder.path('none.yaml');

  const bare = await upwave(['init', '--out', out]);
  const wrong = await upwave([
    ...['init', '--family', 'dcs-instanc', '--name', 'a b', '--project-id', 'x', '--out', out],
    ...['--discover', '--file', 'a.csv'],
  ]);

  expect([bare.code, wrong.code]).toEqual([2, 2]);
  const flags = [
    '--family',
    '--name',
    '--project-id',
    '--region',
    '--target, --file or --discover',
  ];
  for (const flag of flags) expect(bare.stderr).toContain(`${flag}: is missing`);
  for (const words of ['did you mean dcs-instance?', '--name: must be', '--project-id: must be']) {
    expect(wrong.stderr).toContain(words);
  }
  expect(wrong.stderr).toContain('--region: is missing');
  expect(wrong.stderr).toContain('do not go together');
  expect(existsSync(out)).toBe(false);
});

test.each([
  {
    name: 'no version of a proxy',
    args: ['--family', 'taurusdb-proxy', '--target', `${TAURUSDB}/${PROXY}`],
    words: '--to: is missing',
  },
  {
    name: 'a proxy without its id',
    args: ['--family', 'taurusdb-proxy', '--to', '1.2', '--target', TAURUSDB],
    words: `--target ${TAURUSDB}: says no proxy (instance/proxy, both ids)`,
  },
  {
    name: 'a proxy of a cache',
    args: ['--family', 'dcs-instance', '--target', `${CACHE}/${PROXY}`],
    words: "does not belong to a target of the family dcs-instance (the instance's id alone)",
  },
  {
    name: 'a version of kernels',
    args: ['--family', 'taurusdb-instance', '--to', '2.0', '--discover'],
    words: '--to: kernels always go to the newest version',
  },
  {
    name: 'two versions of caches',
    args: ['--family', 'dcs-instance', '--to', '5.0.1', '5.0.2', '--discover'],
    words: '--to: one version is wanted here',
  },
  {
    name: 'YAML in an id',
    args: ['--family', 'dcs-instance', '--target', 'a }, { upgrade: cache'],
    words: 'is not a DCS instance id',
  },
  {
    name: 'the same id twice',
    args: ['--family', 'dcs-instance', '--target', CACHE, CACHE],
    words: 'is the same target',
  },
  {
    name: 'a file that is not there',
    args: ['--family', 'dcs-instance', '--file', '/no/such/file.csv'],
    words: 'cannot be read',
  },
])('$name -> exit code 2 with words, and no file', async ({ args, words }) => {
  const out = folder.path('never.yaml');

  const { code, stdout, stderr } = await upwave([
    ...['init', ...args, '--name', 'x', ...where, '--out', out],
  ]);

  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(words);
  expect(stderr).toContain('Nothing was written.');
  expect(existsSync(out)).toBe(false);
});

test.each([
  { name: 'the plan', file: 'plan.yaml' },
  { name: "somebody's schema", file: 'plan.schema.json' },
])('$name is not written over without --force', async ({ file }) => {
  mkdirSync(folder.path(`over-${file}`));
  const taken = folder.write(`over-${file}/${file}`, 'mine');
  const out = folder.path(`over-${file}/plan.yaml`);
  const args = ['init', '--family', 'dcs-instance', '--name', 'x', ...where, '--discover'];

  const refused = await upwave([...args, '--out', out]);
  const before = fileOf(taken);
  const forced = await upwave([...args, '--out', out, '--force']);

  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain(`${taken} is there already. Nothing was written.`);
  expect(before).toBe('mine');
  expect(forced.code).toBe(0);
  expect(fileOf(taken)).not.toBe('mine');
});

async function converse(known: Answers, typed: readonly string[]) {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const asker = newAsker(input, output);
  const told: string[] = [];
  const conversation = {
    asker,
    files: noFiles,
    tell: (words: string) => void told.push(words),
    fromPlan: (file: string) => file,
  };
  // All at once, as if pasted: nothing that is typed ahead is lost.
  input.end(typed.map((line) => `${line}\n`).join(''));
  const plan = await askMissing(known, conversation);
  return { plan, told, asked: String(output.read()) };
}

test('questions: each answer is judged at once and asked for again', async () => {
  const { plan, told, asked } = await converse({}, [
    ...['proxies', '1', '', '2.26.03.000', 'a b', 'proxies-november', 'x', PROJECT, 'cn-north-4'],
    ...[TAURUSDB, `${TAURUSDB}/${PROXY}`],
  ]);

  expect(plan).toEqual({
    family: 'taurusdb-proxy',
    versions: ['2.26.03.000'],
    name: 'proxies-november',
    projectId: PROJECT,
    region: 'cn-north-4',
    targets: { kind: 'ids', ids: [`${TAURUSDB}/${PROXY}`] },
  });
  expect(told).toEqual([
    expect.stringContaining('no family is called "proxies"'),
    expect.stringContaining('must be a dotted version'),
    expect.stringContaining('letters, digits and dashes'),
    expect.stringContaining('32 letters and digits'),
    expect.stringContaining('says no proxy'),
  ]);
  expect(asked).toContain('4  dcs-instance');
});

test('questions: only what no flag said; an empty version of caches is the newest', async () => {
  const known = { family: 'dcs-instance', name: 'x', region: 'cn-north-4' } as const;

  const { plan, told } = await converse(known, ['', PROJECT, 'all']);

  expect(told).toEqual([]);
  expect(plan).toMatchObject({ versions: [], projectId: PROJECT, targets: { kind: 'discover' } });
});

test('questions: an input that ends is no answer', async () => {
  const { plan } = await converse({}, ['dcs-instance', '']);

  expect(plan).toBeNull();
});

const whole: NewPlan = {
  family: 'dcs-instance',
  versions: [],
  name: 'x',
  projectId: PROJECT,
  region: 'cn-north-4',
  targets: { kind: 'discover' },
};

test.each([
  { count: 1, waves: ['all'] },
  { count: 2, waves: ['canary', 'rest'] },
  { count: 19, waves: ['canary', 'rest'] },
  { count: 20, waves: ['canary', 'tenth', 'rest'] },
  { count: null, waves: ['canary', 'rest'] },
])('$count targets -> $waves', ({ count, waves }) => {
  const { plan } = parsePlan(planText(whole, count), noFiles);

  expect(plan?.waves.map(({ name }) => name)).toEqual(waves);
});

test.each(FAMILIES)('%s: what stands in comments is right too', (family) => {
  const versions = family === 'gaussdb-hotfix' ? ['3.208.0.6'] : ['2.10'];
  const text = planText({ ...whole, family, versions }, null);

  // A comment that is a key and its value; sentences stay what they are.
  const open = text.replace(/^( *)# ((?: *- \{| *[a-zA-Z]+:(?: [{\d]| latest|$)).*)$/gm, '$1$2');
  const once = open
    .replace(/\n {2}- \{ upgrade: \w+, discover: \{\} \}/, '')
    .replace(
      /^ {2}discover: /m,
      `  - upgrade: ${Object.keys(parsePlan(text, noFiles).plan?.upgrades ?? {})[0]}\n    discover: `,
    );

  const { plan, problems } = parsePlan(once, noFiles);
  expect(problems).toEqual([]);
  expect(plan).toMatchObject({
    windows: [{ cron: '0 1 * * SAT,SUN' }],
    budget: { failed: { percent: 10 } },
    discover: [{ name: '*prod' }],
  });
  expect(Object.values(plan?.upgrades ?? {})[0]?.expectMs).toBeGreaterThan(0);
  expect(plan?.recovery).toEqual(parsePlan(text, noFiles).plan?.recovery);
});
