import { randomUUID } from 'node:crypto';
import { readFileSync, symlinkSync } from 'node:fs';
import { testServerAddress } from '../support/temporal-server';
import { startWorld, type World } from '../support/world';
import { aPlan, planFolder, upwave } from './run-upwave';

jest.setTimeout(120_000);

const folder = planFolder();
afterAll(() => folder.remove());
const scope = ['--project-id', '0483b6b16e954cb88930a360d2c4e663', '--region', 'cn-north-4'];
const ofCaches = ['discover', '--family', 'dcs-instance', ...scope];
const found = { targets: [{ upgrade: 'cache', discover: { tags: { team: 'billing' } } }] };

describe('against a cloud', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld({
      fleet: ['a', 'b', 'c'].map((name, i) => ({
        ...{
          family: 'dcs-instance',
          name: `${name}-prod`,
          version: '5.0.14.1',
          proxyVersion: null,
        },
        tags: { team: i === 0 ? 'orders' : 'billing', 'cost, center': '4"2' },
      })),
    });
    await world.startWorker();
  });
  afterAll(() => world.stop());

  test('table, with the sum below', async () => {
    const { code, stdout } = await upwave([...ofCaches, '--tag', 'team=billing'], {
      env: world.env,
    });

    expect(code).toBe(0);
    expect(stdout).toMatch(/^instance +name +version +status/);
    expect(stdout).toMatch(/b-prod +5\.0\.14\.1 → 5\.0\.16\.3 +RUNNING/);
    expect(stdout).not.toContain('a-prod');
    expect(stdout).toContain('2 instances of the family dcs-instance with tag team=billing.');
  });

  test('JSON: one document on stdout, words on stderr', async () => {
    const { code, stdout, stderr } = await upwave([...ofCaches, '--json'], { env: world.env });

    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toHaveLength(3);
    expect(JSON.parse(stdout)).toContainEqual(
      expect.objectContaining({
        ...{ name: 'a-prod', version: '5.0.14.1', newestVersion: '5.0.16.3', status: 'RUNNING' },
        ...{ maintenanceWindow: '18:00-22:00', labels: { team: 'orders', 'cost, center': '4"2' } },
      }),
    );
    expect(stderr).toContain('3 instances');
  });

  test('CSV becomes a plan that can be started', async () => {
    const csv = folder.path('caches.csv');
    const flags = ['--name', '*prod', '--tag', 'team=billing', '--upgradable'];

    const written = await upwave([...ofCaches, ...flags, '--out', csv], { env: world.env });
    const printed = await upwave([...ofCaches, ...flags, '--csv'], { env: world.env });
    const targets = [{ upgrade: 'cache', file: 'caches.csv' }];
    const waves = [{ name: 'all', match: { 'cost, center': '4"2' } }];
    const plan = folder.write('from-file.yaml', aPlan({ targets, waves }));
    const planned = await upwave(['plan', plan, '--json'], { env: world.env });

    expect([written.code, printed.code, planned.code]).toEqual([0, 0, 0]);
    expect(written.stdout).toContain(`Written to ${csv}.`);
    expect(readFileSync(csv, 'utf8')).toBe(printed.stdout);
    const { waves: cut } = JSON.parse(planned.stdout) as { waves: { targets: object[] }[] };
    expect(cut[0]?.targets).toMatchObject([
      { name: 'b-prod', standing: 'upgradable', labels: { team: 'billing' } },
      { name: 'c-prod', standing: 'upgradable' },
    ]);
  });

  test('--out that cannot be written after all: the rows are printed', async () => {
    // Nothing shows beforehand that it leads nowhere.
    const nowhere = folder.path('nowhere.csv');
    symlinkSync(folder.path('none/x.csv'), nowhere);
    const waves = [{ name: 'w', take: 'rest' }];
    const plan = folder.write('all.yaml', aPlan({ ...found, waves }));

    const listed = await upwave([...ofCaches, '--csv', '--out', nowhere], { env: world.env });
    const planned = await upwave(['plan', plan, '--json', '--out', nowhere], { env: world.env });

    expect([listed.code, planned.code]).toEqual([1, 1]);
    expect(listed.stdout).toContain('b-prod');
    expect(planned.stdout).toContain('b-prod');
    for (const { stderr } of [listed, planned]) {
      expect(stderr).toContain(`${nowhere} could not be written`);
    }
  });

  test('project and region of a plan whose file is not there yet', async () => {
    const targets = [{ upgrade: 'cache', file: 'not-yet.csv' }];
    const plan = folder.write('unfinished.yaml', aPlan({ targets }));
    const args = ['discover', '--family', 'dcs-instance', '--quick', '--csv', '--plan', plan];

    const { code, stdout } = await upwave(args, { env: world.env });

    expect(code).toBe(0);
    expect(stdout.split('\n')).toHaveLength(5);
  });

  test('plan and validate of a plan that says discover', async () => {
    const path = folder.write(
      'found.yaml',
      aPlan({ ...found, waves: [{ name: 'w', take: 'rest' }] }),
    );

    const valid = await upwave(['validate', path]);
    const offline = await upwave(['plan', path, '--offline']);
    const planned = await upwave(['plan', path], { env: world.env });

    expect([valid.code, offline.code, planned.code]).toEqual([0, 0, 0]);
    expect(valid.stdout).toContain('client-test, the targets that targets[0] discovers, 1 wave');
    expect(offline.stdout.replace(/\s+/g, ' ')).toContain(
      'targets[0].discover cannot be resolved offline',
    );
    expect(planned.stdout).toContain('wave w: 2 targets');
    expect(planned.stdout).toContain('c-prod');
  });

  test('a fleet with nothing of the family: said, header alone, exit code 0', async () => {
    const args = ['discover', '--family', 'gaussdb-hotfix', ...scope];

    const table = await upwave(args, { env: world.env });
    const csv = await upwave([...args, '--csv'], { env: world.env });
    const json = await upwave([...args, '--json'], { env: world.env });

    expect([table.code, csv.code, json.code]).toEqual([0, 0, 0]);
    expect(table.stdout).toContain('There is nothing of the family gaussdb-hotfix in project');
    expect(csv.stdout).toBe('instanceId,name,version,newestVersion,status,az\n');
    expect(JSON.parse(json.stdout)).toEqual([]);
  });

  test('refused credentials: exit code 1, and what to check', async () => {
    const env = { ...world.env, UPWAVE_TASK_QUEUE: `${world.taskQueue}-wrong` };
    await world.startWorker({ ...env, CLOUD_SDK_SK: 'not-the-secret' });

    const { code, stdout, stderr } = await upwave([...ofCaches, '--json'], { env });

    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('The fleet could not be listed: ');
    expect(stderr).toContain("Check the worker's credentials");
    expect(stderr).not.toContain('not-the-secret');
  });
});

test('no worker -> exit code 1 within ten seconds', async () => {
  const env = { TEMPORAL_ADDRESS: testServerAddress(), UPWAVE_TASK_QUEUE: `none-${randomUUID()}` };
  const begun = Date.now();

  const { code, stderr } = await upwave(ofCaches, { env });

  expect(code).toBe(1);
  expect(Date.now() - begun).toBeLessThan(10_000);
  expect(stderr).toContain(`No worker answers on task queue ${env.UPWAVE_TASK_QUEUE}`);
  expect(stderr).toContain('The fleet was not listed.');
});

test('bad flags: all of them at once, exit code 2', async () => {
  const flags = ['--family', 'dcs', '--tag', 'billing', '--csv', '--json'];

  const { code, stdout, stderr } = await upwave(['discover', ...flags]);

  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  for (const flag of ['--family: ', '--tag: ', '--json: ', '--project-id: ', '--region: ']) {
    expect(stderr).toContain(flag);
  }
});
