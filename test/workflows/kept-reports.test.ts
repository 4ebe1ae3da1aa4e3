import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reportSchema } from '../../client/report/schema';
import type { Report } from '../../rollout/report';
import { reportFileName } from '../../worker/report-keeper';
import * as messages from '../../workflows/messages';
import { upwave } from '../client/run-upwave';
import { planFor } from '../support/plans';
import { until, untilStatus } from '../support/rollouts';
import { startWorld, type World } from '../support/world';

const folder = mkdtempSync(join(tmpdir(), 'upwave-reports-'));
let world: World;

afterAll(() => rmSync(folder, { recursive: true, force: true }));

beforeEach(async () => {
  world = await startWorld({ size: 8, set: { duration: '500ms', spread: 0 } });
});
afterEach(() => world.stop());

const REPORT_DIR = () => join(folder, randomUUID(), 'reports');

async function caches() {
  return (await world.fleet()).filter(({ family }) => family === 'dcs-instance');
}

test('whoever sees the end of a rollout finds its report, as `report --json` tells it', async () => {
  const dir = REPORT_DIR();
  await world.startWorker({ UPWAVE_REPORT_DIR: dir });
  const handle = await world.start(planFor(await caches()));

  await untilStatus(handle, ({ state }) => state === 'finished');
  const found = readdirSync(dir);
  const { stdout } = await upwave(['report', handle.workflowId, '--json'], { env: world.env });

  expect(found).toEqual([reportFileName(handle.workflowId)]);
  const kept = JSON.parse(readFileSync(join(dir, found[0] ?? ''), 'utf8')) as Report;
  expect(kept).toMatchObject({ state: 'finished', partial: false });
  // As it is published: every field of it is described, and no other is there.
  expect(reportSchema.parse(kept)).toEqual(kept);
  const { reportedAt, ...told } = JSON.parse(stdout) as Report;
  expect({ ...kept, reportedAt }).toEqual({ ...told, reportedAt });
  expect(kept.endedAt).toBe((await handle.result()).endedAt);
});

test('one that was aborted is kept too, with who did it', async () => {
  const dir = REPORT_DIR();
  await world.startWorker({ UPWAVE_REPORT_DIR: dir });
  const waves = [{ name: 'all', take: 'rest', gate: { approval: {} } }];
  const handle = await world.start(planFor(await caches(), { waves }));
  await untilStatus(handle, ({ state }) => state === 'waiting');
  const early = await upwave(['report', handle.workflowId, '--html'], { env: world.env });
  const earlyJson = await upwave(['report', handle.workflowId, '--json'], { env: world.env });

  await handle.executeUpdate(messages.abort, { args: [{ by: 'ann', reason: 'a test' }] });
  await handle.result();

  const kept = JSON.parse(
    readFileSync(join(dir, reportFileName(handle.workflowId)), 'utf8'),
  ) as Report;
  expect(kept).toMatchObject({
    state: 'aborted',
    partial: false,
    actions: [{ action: 'abort', by: 'ann', reason: 'a test' }],
    waits: [{ reason: 'gate' }],
  });
  expect(early.stdout).toContain('This report is partial: the rollout has not ended');
  expect(reportSchema.parse(JSON.parse(earlyJson.stdout))).toMatchObject({
    partial: true,
    endedAt: null,
    waits: [{ reason: 'gate', to: null }],
  });
  expect(kept.waits[0]?.to).not.toBeNull();
  expect(kept.targets.map(({ outcome }) => outcome)).toEqual(kept.targets.map(() => 'skipped'));
});

test('a folder that cannot be written keeps no rollout from its end; the log says what was not kept', async () => {
  const file = join(folder, 'a-file');
  writeFileSync(file, '');
  const worker = await world.startWorker({ UPWAVE_REPORT_DIR: file, UPWAVE_LOG_LEVEL: 'warn' });
  const handle = await world.start(planFor(await caches()));

  const { state } = await handle.result();

  expect(state).toBe('finished');
  const saying = (words: string) =>
    until(words, () => Promise.resolve(worker.lines.some((line) => line.includes(words))));
  await saying('Reports cannot be written to UPWAVE_REPORT_DIR');
  await saying('The report was not kept');
});

test('without a folder nothing is written, and the rollout ends as it did', async () => {
  await world.startWorker();
  const handle = await world.start(planFor(await caches()));

  expect(await handle.result()).toMatchObject({ state: 'finished' });
});
