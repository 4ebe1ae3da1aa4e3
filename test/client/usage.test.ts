import { aPlan, planFolder, upwave } from './run-upwave';

const folder = planFolder();
afterAll(() => folder.remove());

const good = folder.write('good.yaml', aPlan());
const bad = folder.write(
  'bad.yaml',
  aPlan({ version: 2, regoin: 'x', waves: [{ name: 'w', take: '120%' }] }),
);

const scheduledIn = (zone: string) =>
  ['schedule', 'create', good, '--cron', '0 1 * * *', '--zone', zone] as const;

test.each([
  { name: 'nothing', args: [], words: 'Usage: upwave' },
  { name: 'an unknown command', args: ['upgrade'], words: "unknown command 'upgrade'" },
  { name: 'an unknown flag', args: ['list', '--all'], words: "unknown option '--all'" },
  { name: 'no rollout', args: ['status'], words: "missing required argument 'rollout'" },
  { name: 'too much', args: ['list', 'x'], words: 'too many arguments' },
  { name: 'pause without reason', args: ['pause', 'x'], words: '--reason' },
  { name: 'pause with an empty reason', args: ['pause', 'x', '--reason', ' '], words: '--reason' },
  { name: 'resume with an empty --by', args: ['resume', 'x', '--by', ''], words: '--by' },
  { name: 'approve without a wave', args: ['approve', 'x'], words: '--wave' },
  { name: 'skip without reason', args: ['skip', 'x', '--wave', 'w'], words: '--reason' },
  { name: 'skip of nothing', args: ['skip', 'x', '--reason', 'y'], words: '--wave or --target' },
  {
    name: 'skip of a wave and a target',
    args: ['skip', 'x', '--wave', 'w', '--target', 't', '--reason', 'y'],
    words: 'either --wave or --target',
  },
  { name: 'concurrency without a number', args: ['concurrency', 'x'], words: "argument 'n'" },
  { name: 'concurrency 0', args: ['concurrency', 'x', '0'], words: 'a whole number, 1 or more' },
  { name: 'budget of nothing', args: ['budget', 'x'], words: '--failed, --rejected, --unknown' },
  { name: 'budget in percent', args: ['budget', 'x', '--failed', '2%'], words: '--failed 2%' },
  { name: 'retry without a terminal', args: ['retry', 'x'], words: 'Add --yes' },
  { name: 'retry, a bad id', args: ['retry', 'x', '--yes', '--id', 'a/b'], words: '--id a/b' },
  {
    name: 'retry of a target, watched',
    args: ['retry', 'x', '--target', 't', '--watch'],
    words: 'do not go together with --target',
  },
  { name: 'start without a terminal', args: ['start', good], words: 'Add --yes' },
  { name: 'abort without a terminal', args: ['abort', 'x', '--reason', 'y'], words: 'Add --yes' },
  { name: 'delete without a terminal', args: ['schedule', 'delete', 'x'], words: 'Add --yes' },
  { name: 'an id with a slash', args: ['start', good, '--yes', '--id', 'a/b'], words: '--id a/b' },
  { name: 'a plan that is not there', args: ['plan', 'none.yaml'], words: 'cannot be read' },
  { name: 'a kept report that is not there', args: ['report', 'none.json'], words: 'The report' },
  {
    name: 'an id that would be taken for a file',
    args: ['start', good, '--yes', '--id', 'a.json'],
    words: '….json',
  },
  { name: 'a worker with arguments', args: ['worker', '--task-queue', 'x'], words: '--task-queue' },
  { name: 'a demo with another flag', args: ['demo', '--kep'], words: '--kep' },
  { name: 'offline and out', args: ['plan', good, '--offline', '--out', 'x'], words: '--offline' },
  {
    name: 'a frozen plan in no folder',
    args: ['plan', good, '--out', 'none/x.json'],
    words: '--out: "none/x.json": there is no folder "none" (create it first',
  },
  {
    name: 'a frozen plan in a file that is taken for a folder',
    args: ['plan', good, '--out', `${good}/x.json`],
    words: `there is no folder "${good}"`,
  },
  {
    name: 'a frozen plan that is a folder',
    args: ['plan', good, '--out', folder.path('.')],
    words: 'is a folder (the name of a file)',
  },
  {
    name: 'a frozen plan that will be a folder',
    args: ['plan', good, '--out', 'none/'],
    words: '--out: "none/" is a folder',
  },
  { name: 'a frozen plan without a name', args: ['plan', good, '--out', ''], words: 'no file' },
  {
    name: 'a fleet in no folder, and more',
    args: ['discover', '--family', 'dcs', '--out', 'none/x.csv'],
    words: 'there is no folder "none"',
  },
  {
    name: 'a new plan in no folder, and more',
    args: ['init', '--family', 'dcs-instance', '--out', 'none/plan.yaml'],
    words: 'there is no folder "none"',
  },
  {
    name: 'a cron that is none',
    args: ['schedule', 'create', good, '--cron', '0 1 * *', '--zone', 'UTC'],
    words: 'five fields',
  },
  {
    name: 'a zone that is none',
    args: scheduledIn('Mars/Olympus'),
    words: 'no such zone',
  },
  {
    // America's to the machine, China's to whoever writes it, and nobody's to the server.
    name: 'a zone that is two',
    args: scheduledIn('CST'),
    words: 'no such zone, an IANA name is wanted (such as Asia/Shanghai or UTC)',
  },
  {
    name: 'a zone with other capitals',
    args: scheduledIn('asia/shanghai'),
    words: 'did you mean Asia/Shanghai?',
  },
  {
    name: 'a catch-up that is too short',
    args: [...scheduledIn('UTC'), '--catchup', '1s'],
    words: '10s at least',
  },
])('$name -> exit code 2 with words', async ({ args, words }) => {
  const { code, stdout, stderr } = await upwave(args);

  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(words);
});

const COMMANDS = [
  'init',
  'validate',
  'plan',
  'discover',
  'start',
  'watch',
  'status',
  'list',
  'pause',
  'resume',
  'abort',
  'approve',
  'skip',
  'concurrency',
  'budget',
  'retry',
  'report',
  'schedule',
  'schedule create',
  'schedule list',
  'schedule delete',
  'worker',
  'emulator',
  'demo',
];

test.each(COMMANDS)('%s --help has an example', async (command) => {
  const { code, stdout } = await upwave([...command.split(' '), '--help']);

  expect(code).toBe(0);
  expect(stdout).toMatch(new RegExp(`Examples?:\\n(.*\\n)*? +\\$ .*upwave ${command}`));
});

test('validate: a good plan is summed up', async () => {
  const { code, stdout } = await upwave(['validate', good]);

  expect(code).toBe(0);
  expect(stdout).toContain('client-test, 2 targets, 2 waves');
});

test('validate: every problem is told at once, for people and programs', async () => {
  const { code, stdout, stderr } = await upwave(['validate', bad, '--json']);

  expect(code).toBe(2);
  for (const place of ['version', 'regoin', 'waves[0].take']) expect(stderr).toContain(place);
  expect(JSON.parse(stdout)).toMatchObject({ valid: false });
});

test('plan --offline: waves and budgets without a server; versions are unknown', async () => {
  const { code, stdout } = await upwave(['plan', good, '--offline']);

  expect(code).toBe(0);
  expect(stdout).toContain('wave canary: 1 target, 1 at once');
  expect(stdout).toContain('budget: rejected without limit, failed 2, unknown 0');
  expect(stdout).toContain('unknown → newest');
  expect(stdout).toContain('Forecast: none: say how long an upgrade takes (expect: 20m) for cache');
});

test('plan --offline --json: the frozen plan and nothing else', async () => {
  const { code, stdout } = await upwave(['plan', good, '--offline', '--json']);

  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ name: 'client-test', unmatched: [] });
});

test('a large document for a slow reader -> all of it', async () => {
  const targets = Array.from({ length: 3_000 }, (_, i) => ({
    upgrade: 'cache',
    instanceId: `5560df16-cebf-4473-95c4-${String(i).padStart(12, '0')}`,
  }));
  const large = folder.write(
    'large.json',
    aPlan({ targets, waves: [{ name: 'w', take: 'rest' }] }),
  );

  // A chunk is 64 KB: some four seconds for all.
  const { code, stdout } = await upwave(['plan', large, '--offline', '--json'], { restMs: 200 });

  expect(code).toBe(0);
  expect(stdout.length).toBeGreaterThan(1_000_000);
  const { waves } = JSON.parse(stdout) as { waves: { targets: unknown[] }[] };
  expect(waves[0]?.targets).toHaveLength(3_000);
});

test('a frozen plan that was made offline is not started', async () => {
  const { stdout } = await upwave(['plan', good, '--offline', '--json']);

  const { code, stderr } = await upwave(['start', folder.write('off.json', stdout), '--yes']);

  expect(code).toBe(2);
  expect(stderr).toContain('off.json was made offline');
  expect(stderr).toContain('Nothing was started');
});

test('a frozen plan that was cut is refused', async () => {
  const cut = folder.write('cut.json', { version: 1, name: 'x', frozenAt: '2026-11-20T00:00:00Z' });

  const { code, stderr } = await upwave(['start', cut, '--yes']);

  expect(code).toBe(2);
  expect(stderr).toContain('waves');
});

test('no server -> exit code 1, and where it was looked for', async () => {
  const env = { TEMPORAL_ADDRESS: '127.0.0.1:1' };

  const { code, stderr } = await upwave(['list'], { env });

  expect(code).toBe(1);
  expect(stderr).toContain('No Temporal server answers at 127.0.0.1:1');
}, 20_000);

const toml = folder.write('temporal.toml', '[profile.default]\napi_key = "k3y-of-acme"oops\n');
const empty = folder.write('empty.toml', '');

test.each([
  {
    name: 'a profile that is not there',
    variable: 'TEMPORAL_PROFILE',
    value: 'prod',
    words: ["Profile 'prod' not found", 'from TEMPORAL_CONFIG_FILE, TEMPORAL_PROFILE, the file /'],
  },
  {
    name: 'a certificate that is not there',
    variable: 'TEMPORAL_TLS_CLIENT_CERT_PATH',
    value: '/no/such.pem',
    words: ["open '/no/such.pem'"],
  },
  {
    name: 'a broken file',
    variable: 'TEMPORAL_CONFIG_FILE',
    value: toml,
    words: ['Invalid TOML', 'line 2', `the file ${toml}`],
  },
  {
    name: 'an empty file',
    variable: 'TEMPORAL_CONFIG_FILE',
    value: empty,
    words: ['[profile.default]', `the file ${empty}`],
  },
])('$name -> exit code 2, what was read, and no secret', async ({ variable, value, words }) => {
  const { code, stdout, stderr } = await upwave(['list'], { env: { [variable]: value } });

  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain('The configuration of Temporal cannot be used');
  for (const part of [variable, ...words, 'Nothing was done.']) expect(stderr).toContain(part);
  expect(stderr).not.toContain('k3y-of-acme');
});
