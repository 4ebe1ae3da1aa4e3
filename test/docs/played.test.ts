import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { parsePlan } from '../../rollout/plan';
import { startWorld, type World } from '../support/world';
import { testTemporalProgram } from '../support/temporal-server';
import { blocks, ROOT, snippets } from './markdown';

/**
 * The shell's blocks of the pages, run as they stand by a shell: against a real server, an emulated
 * cloud and a worker, in an order that makes sense. What a page says of them is looked at as well.
 */

// On a busy machine each command takes seconds.
jest.setTimeout(600_000);

const NAMESPACE = 'upwave';
const sh = blocks().filter(({ language }) => language === 'sh');
const played = new Set<string>();

/** What is not run, and why. A part of a block that is left out is named likewise. */
const NOT_RUN = [
  {
    holds: 'npm run demo',
    why: 'the demo, the tests, the fault stories and the benches are what CI runs; names.test.ts looks for the scripts',
  },
] as const;
const LEFT_OUT = [
  { line: /^npm run build && npm link.*$/m, why: 'the build is there, and PATH has it below' },
] as const;

const folder = mkdtempSync(join(tmpdir(), 'upwave-docs-'));
const groups: number[] = [];
let world: World;
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  const rows = readFileSync(join(ROOT, 'plans', 'caches.csv'), 'utf8')
    .trim()
    .split('\n')
    .slice(1);
  const ids = [...rows.map((row) => row.split(',')[0] ?? ''), ...SPARE];
  const fleet = ids.map((instanceId) => ({
    ...{ family: 'dcs-instance', instanceId, name: `cache-${instanceId.slice(0, 8)}` },
    version: '5.0.10.1',
  }));
  world = await startWorld({ fleet, set: { duration: '500ms', spread: 0 } });
  const temporal = await testTemporalProgram();
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  // Where a person would be asked, nobody is: the answer is yes.
  const upwave = `#!/bin/sh
case "$1 $*" in
  *--target*) ;;
  start*|abort*|retry*) set -- "$@" --yes ;;
esac
exec "${process.execPath}" "${join(ROOT, 'dist', 'client', 'main.js')}" "$@"
`;
  writeFileSync(join(bin, 'upwave'), upwave);
  chmodSync(join(bin, 'upwave'), 0o755);
  const path = [bin, dirname(temporal), process.env.PATH ?? ''].join(delimiter);
  env = { ...world.env, PATH: path, HOME: folder, TEMPORAL_NAMESPACE: NAMESPACE };
});
afterAll(async () => {
  for (const group of groups) {
    try {
      process.kill(-group, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }
  await world.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Instances that no plan of the pages names. */
const SPARE = Array.from({ length: 20 }, () => randomUUID());

interface Ended {
  readonly code: number | null;
  readonly said: string;
}

/** Runs lines of a shell. What they leave in the background goes on until the tests end. */
async function run(
  text: string,
  options: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<Ended> {
  const out = join(folder, `${randomUUID()}.out`);
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(TEMPORAL_|CLOUD_|UPWAVE_|CI$)/.test(name),
  );
  const child = spawn('bash', ['-c', `exec >"${out}" 2>&1 </dev/null; set -e\n${text}`], {
    cwd: options.cwd ?? folder,
    env: { ...Object.fromEntries(kept), ...env, NO_COLOR: '1', ...options.env },
    stdio: 'ignore',
    detached: true,
  });
  if (child.pid !== undefined) groups.push(child.pid);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  return { code, said: readFileSync(out, 'utf8') };
}

/** The one block that holds this, as it stands but for what must not or need not be done here. */
function block(holds: string): string {
  const found = sh.filter(({ text }) => text.includes(holds));
  const [only] = found;
  if (only === undefined || found.length > 1) {
    throw new Error(`${found.length} blocks hold "${holds}"`);
  }
  played.add(only.at);
  const { TEMPORAL_ADDRESS = '' } = world.env;
  return LEFT_OUT.reduce((text, { line }) => text.replace(line, ''), only.text).replace(
    /(?<=TEMPORAL_ADDRESS=)[\w.:]+/,
    TEMPORAL_ADDRESS,
  );
}

/** A command that a page names within a line, exactly so. */
function snippet(text: string): string {
  if (!snippets().some((each) => each.text === text)) throw new Error(`no page says "${text}"`);
  return text;
}

/** A plan that is called as the pages call theirs, of instances that are still old. */
function writePlan(name: string, changes: Readonly<Record<string, unknown>>): void {
  const targets = SPARE.splice(0, 4).map((instanceId) => ({ upgrade: 'cache', instanceId }));
  const plan = {
    version: 1,
    name: 'caches-november',
    projectId: world.access.projectId,
    region: world.access.region,
    upgrades: { cache: { family: 'dcs-instance', engineMinorVersion: 'latest' } },
    targets,
    polling: { min: '200ms', max: '1s' },
    recovery: { failed: { retries: 0 } },
    ...changes,
  };
  writeFileSync(join(folder, name), JSON.stringify(plan));
}

/** Waits until a command says something. */
async function until(command: string, words: RegExp): Promise<string> {
  for (const end = Date.now() + 120_000; ;) {
    const { said } = await run(command).catch(() => ({ said: '' }));
    if (words.test(said)) return said;
    if (Date.now() > end) throw new Error(`${command} never said ${words}: ${said}`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** The keys of a document as a page shows its shape. */
function keysOfShape(shape: string): readonly string[] {
  let flat = shape.trim().replace(/^\[?\{|\}\]?$/g, '');
  for (let before = ''; before !== flat;) {
    before = flat;
    flat = flat.replace(/\{[^{}[\]]*\}|\[[^{}[\]]*\]/g, '');
  }
  return flat.split(',').map((part) => part.trim().replace(/:.*$/s, '').trim());
}

test('a namespace for upwave', async () => {
  const { code, said } = await run(block('temporal operator namespace create'));

  expect({ code, said }).toEqual({ code: 0, said: expect.stringContaining('upwave') as unknown });
  // A server takes a while until all of it knows a namespace.
  await until(`temporal workflow list --namespace ${NAMESPACE} && echo known`, /^known$/m);
});

test('README: validate, a worker, plan, start; every instance of the plan is upgraded', async () => {
  const plan = blocks().find(({ page, language }) => page === 'README.md' && language === 'yaml');
  writeFileSync(join(folder, 'plan.yaml'), plan?.text ?? '');
  // What takes minutes in a cloud takes half a second here.
  appendFileSync(join(folder, 'plan.yaml'), 'polling: { min: 200ms, max: 1s }\n');
  copyFileSync(join(ROOT, 'plans', 'caches.csv'), join(folder, 'caches.csv'));

  const worker = run(block('upwave worker'));
  await Promise.race([
    worker,
    until('upwave discover --family dcs-instance --quick --plan plan.yaml', /28 instances/),
  ]);

  const { code, said } = await run(block('upwave start plan.yaml --watch'));

  expect({ code, said }).toEqual({
    code: 0,
    said: expect.stringContaining('Finished: ') as unknown,
  });
  expect(said).toContain('plan.yaml is a valid plan');
  const upgraded = (await world.fleet()).filter(({ upgradesStarted }) => upgradesStarted === 1);
  expect(upgraded).toHaveLength(8);
});

test('a first set-up: the server and a worker answer', async () => {
  const { code, said } = await run(
    block('upwave discover --family dcs-instance --plan plan.yaml --quick'),
  );

  expect({ code, said }).toEqual({ code: 0, said: expect.stringContaining('28 ') as unknown });
});

test('writing plans: init, validate, plan', async () => {
  const cwd = join(folder, 'new');
  mkdirSync(cwd);
  copyFileSync(join(ROOT, 'plans', 'caches.csv'), join(cwd, 'caches.csv'));

  const { code, said } = await run(block('upwave init --family'), { cwd });

  expect({ code, said }).toEqual({
    code: 0,
    said: expect.stringContaining('up to date') as unknown,
  });
  const text = readFileSync(join(cwd, 'plan.yaml'), 'utf8');
  const readFile = (name: string) => readFileSync(join(cwd, name), 'utf8');
  expect(parsePlan(text, { readFile }).problems).toEqual([]);
});

test('a budget is exhausted: report, budget', async () => {
  const wave = { name: 'rest', take: 'rest', budget: { failed: 0 } };
  writePlan('failing.yaml', { waves: [wave] });
  await world.setFaults({ rates: { '*': { job: { fail: 1 } } }, list: [] });
  await run('upwave start failing.yaml');
  await until('upwave status caches-november', /budget/i);
  await world.setFaults({ rates: {}, list: [] });

  const { code, said } = await run(block('upwave budget caches-november'));

  expect({ code, said }).toEqual({ code: 0, said: expect.stringContaining('failed') as unknown });
  await until('upwave status caches-november', /finished/i);
});

test('a gate waits: approve', async () => {
  const gate = { approval: { expires: '1h' } };
  writePlan('gated.yaml', { waves: [{ name: 'rest', take: 'rest', gate }] });
  await run('upwave start gated.yaml');
  await until('upwave status caches-november', /approv/i);

  const { code, said } = await run(block('upwave approve caches-november'));

  expect({ code, said }).toEqual({ code: 0, said: expect.stringContaining('rest') as unknown });
  await until('upwave status caches-november', /finished/i);
});

/** A rollout that waits for a person; its id. */
async function startWaiting(): Promise<string> {
  const gate = { approval: { expires: '1h' } };
  writePlan('waiting.yaml', { waves: [{ name: 'rest', take: 'rest', gate }] });
  const id = randomUUID();
  await run(`upwave start waiting.yaml --id ${id}`);
  await until('upwave status caches-november', /approv/i);
  return `rollout/caches-november/${id}`;
}

test('stopped by a signal, without upwave', async () => {
  const ROLLOUT = await startWaiting();

  const { code, said } = await run(block('--name abort'), { env: { ROLLOUT } });

  expect({ code, said }).toEqual({ code: 0, said: expect.any(String) as unknown });
  await until(`upwave status ${ROLLOUT}`, /aborted/i);
  const { said: report } = await run(`upwave report ${ROLLOUT}`);
  expect(report).toContain('wrong version');
  expect(report).toContain('ann');
  // What was skipped is done by a new rollout, which waits at the same gate.
  const again = await run(snippet('upwave retry caches-november'));
  expect(again).toEqual({ code: 0, said: expect.stringContaining('4 targets') as unknown });
  const ended = await run('upwave abort caches-november --reason "the test is over"');
  expect(ended.code).toBe(0);
});

test('terminated: nothing more begins, and there is no report', async () => {
  const ROLLOUT = await startWaiting();

  const { code } = await run(block('temporal workflow terminate'), { env: { ROLLOUT } });

  const report = await run(`upwave report ${ROLLOUT}`);
  expect(code).toBe(0);
  expect(report.code).toBe(1);
  expect(report.said).toContain('terminated');
});

test.each([
  ['upwave discover --family dcs-instance --plan plan.yaml', '28 '],
  ['upwave plan plan.yaml --out frozen.json', 'Written to frozen.json'],
  ['upwave start frozen.json', 'rollout/caches-november/'],
  [
    'upwave schedule create plan.yaml --cron "0 1 * * SAT#2" --zone Asia/Shanghai',
    'caches-november',
  ],
  ['upwave schedule list', 'caches-november'],
])('%s', async (command, words) => {
  if (command.startsWith('upwave start')) await run('upwave watch caches-november');

  const { code, said } = await run(snippet(command));

  expect({ code, said }).toEqual({ code: 0, said: expect.stringContaining(words) as unknown });
});

test.each([
  'upwave plan plans/canary-strata.yaml --offline',
  'upwave plan plans/windows.yaml --offline',
])('%s, as the plan itself says', async (command) => {
  const { code } = await run(command, { cwd: ROOT });

  expect(code).toBe(0);
  expect(readFileSync(join(ROOT, command.split(' ')[2] ?? ''), 'utf8')).toContain(command);
});

test.each([
  { title: '## `status --json`', command: 'upwave status caches-november --json' },
  { title: '## `report --json`', command: 'upwave report caches-november --json' },
  {
    title: '## `discover --json`',
    command: 'upwave discover --family dcs-instance --plan plan.yaml --json',
  },
  { title: '## `plan --json`', command: 'upwave plan plan.yaml --json' },
])('docs/json.md: the keys of $title', async ({ title, command }) => {
  const page = readFileSync(join(ROOT, 'docs', 'json.md'), 'utf8');
  const shape = /```\n([\s\S]*?)```/.exec(page.slice(page.indexOf(title)))?.[1] ?? '';
  const { code, said } = await run(`${command} 2>/dev/null`);

  expect(code).toBe(0);
  const whole = JSON.parse(said) as Record<string, unknown>;
  const [first = whole] = Array.isArray(whole) ? (whole as unknown[]) : [];
  const shown = Object(title.includes('plan') ? whole.forecast : first) as object;
  expect(Object.keys(shown)).toEqual(expect.arrayContaining([...keysOfShape(shape)]));
});

const temporals = [
  ...snippets(),
  ...sh.flatMap((each) => each.text.split('\n').map((text) => ({ ...each, text }))),
]
  .filter(({ text }) => /^temporal \w+ \w/.test(text))
  .map(({ at, text }) => ({ at, text }));

test.each(temporals)('$at: Temporal has $text', async ({ text }) => {
  const words = text.split(' ');
  const first = words.findIndex((word) => word.startsWith('-'));
  const flags = words.filter((word) => word.startsWith('--'));

  const { code, said } = await run(`${words.slice(0, first).join(' ')} --help`);

  expect(code).toBe(0);
  for (const flag of flags) expect(said).toContain(flag);
});

test('no block of a shell is left out without a reason', () => {
  const left = sh.filter(({ at, text }) => {
    return !played.has(at) && !NOT_RUN.some(({ holds }) => text.includes(holds));
  });

  expect(left.map(({ at }) => at)).toEqual([]);
  for (const { holds } of NOT_RUN) expect(sh.some(({ text }) => text.includes(holds))).toBe(true);
  for (const { line } of LEFT_OUT) expect(sh.some(({ text }) => line.test(text))).toBe(true);
});
