import { hashOf } from '../../client/frozen-file';
import { freezePlan } from '../../rollout/freeze';
import type { Inspection } from '../../rollout/upgrade';
import { readPlan } from '../rollout/plan.builder';
import { planFolder, upwave } from './run-upwave';

const SEEN: Inspection = {
  ...{ version: '5.0.12.1', newestVersion: '5.0.16.3', upgradable: true },
  ...{ state: 'ready', status: 'RUNNING', ticket: null },
};

const folder = planFolder();
afterAll(() => folder.remove());

const plan = readPlan({ waves: [{ name: 'all', take: 'rest' }] });
const frozen = freezePlan(plan, [SEEN], '2026-11-21T08:00:00.000Z', {
  openings: null,
  learned: {},
});
const hash = hashOf(frozen);
const written = folder.write('frozen.json', { ...frozen, hash });
const changed = folder.write('changed.json', { ...frozen, hash, seed: 'x' });

test('a frozen plan -> valid, and named by the digits that plan --out shows', async () => {
  const { code, stdout, stderr } = await upwave(['validate', written]);

  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toBe(
    `${written} is a valid frozen plan: ${frozen.name}, 1 target, 1 wave, hash ${hash.slice(0, 12)}.\n`,
  );
});

test('a frozen plan, --json -> the document of a plan, with its hash', async () => {
  const { code, stdout } = await upwave(['validate', written, '--json']);

  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual({
    ...{ valid: true, problems: [], name: frozen.name, hash },
    ...{ targets: 1, discover: [], waves: [{ name: 'all', targets: 1 }], unmatched: 0 },
  });
});

test('a frozen plan that was changed -> refused with the one sentence of start', async () => {
  const validated = await upwave(['validate', changed]);
  const started = await upwave(['start', changed, '--yes']);

  expect(validated).toEqual({ code: 2, stdout: '', stderr: started.stderr });
  expect(validated.stderr).toContain('was changed after upwave wrote it');
});

test('a frozen plan that was changed, --json -> one problem', async () => {
  const { code, stdout, stderr } = await upwave(['validate', changed, '--json']);

  const message = stderr.trim();
  expect(code).toBe(2);
  expect(JSON.parse(stdout)).toEqual({
    valid: false,
    problems: [{ path: '', message, suggestion: null }],
  });
});
