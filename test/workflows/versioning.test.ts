import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import { attemptId } from '../../rollout/ids';
import { planFor } from '../support/plans';
import { until, untilStatus } from '../support/rollouts';
import type { World } from '../support/world';
import { startWorld } from '../support/world';

const deploymentName = `upwave-${randomUUID().slice(0, 8)}`;
let world: World;

beforeAll(async () => {
  const dcs = { family: 'dcs-instance' };
  world = await startWorld({ fleet: [dcs, dcs], set: { duration: '4s', spread: 0 } });
});
afterAll(() => world.stop());

function startWorker(buildId: string) {
  return world.startWorker({
    TEMPORAL_DEPLOYMENT_NAME: deploymentName,
    TEMPORAL_WORKER_BUILD_ID: buildId,
  });
}

/** As `temporal worker deployment set-current-version` does it. */
async function makeCurrent(buildId: string): Promise<void> {
  const request = { namespace: 'default', deploymentName, buildId, ignoreMissingTaskQueues: true };
  await until(`version ${buildId}`, () =>
    world.client.workflowService.setWorkerDeploymentCurrentVersion(request).then(
      () => true,
      // The server learns of a version when its worker polls.
      () => false,
    ),
  );
}

async function versionOf(handle: WorkflowHandle) {
  const { raw } = await handle.describe();
  const info = raw.workflowExecutionInfo?.versioningInfo;
  return { build: info?.deploymentVersion?.buildId, behavior: info?.behavior };
}

const PINNED = 1; // temporal.api.enums.v1.VersioningBehavior.VERSIONING_BEHAVIOR_PINNED

test('a rollout and its attempts stay with the version that they began on', async () => {
  const [one, other] = await world.fleet();
  if (!one || !other) throw new Error('no fleet');
  const first = await startWorker('one');
  await makeCurrent('one');
  const begun = await world.start(planFor([one]));
  const attempt = world.client.workflow.getHandle(
    attemptId({ projectId: world.access.projectId }, one),
  );
  await untilStatus(begun, ({ counts }) => counts.inFlight === 1);
  await until('the attempt', () => attempt.describe().catch(() => null));

  await startWorker('two');
  await makeCurrent('two');
  await first.stop(20_000);
  const later = await world.start(planFor([other]));

  expect(await later.result()).toMatchObject({ counts: { succeeded: 1 } });
  expect(await versionOf(later)).toEqual({ build: 'two', behavior: PINNED });
  expect((await begun.describe()).status.name).toBe('RUNNING');
  await startWorker('one');
  expect(await begun.result()).toMatchObject({ counts: { succeeded: 1 } });
  expect(await versionOf(begun)).toEqual({ build: 'one', behavior: PINNED });
  expect(await versionOf(attempt)).toEqual({ build: 'one', behavior: PINNED });
}, 120_000);
