import type { Answer } from './errors';
import { errorOf, Refusal, serviceError } from './errors';
import { isInstanceId, normalStatusOf } from './fleet';
import type { Job, Target } from './types';
import type { World } from './world';
import { jobsOn, restStatus } from './world';

/** GaussDB's 400 for a parameter that is wrong. */
export function invalid(detail: string): Answer {
  return errorOf('gaussdb', 'parameter', detail);
}

/** The instance of that id; a wrong form is 400, an unknown one 404. */
export function findInstance(world: World, instanceId: string): Target {
  if (!isInstanceId('gaussdb-hotfix', instanceId)) {
    throw new Refusal(serviceError('gaussdb', 400, 'DBS.280404', 'Invalid DB instance ID.'));
  }
  const target = world.targets.get(instanceId);
  if (target === undefined) throw new Refusal(errorOf('gaussdb', 'notFound'));
  return target;
}

/** All GaussDB instances. */
export function gaussInstances(world: World): readonly Target[] {
  return [...world.targets.values()].filter((target) => target.family === 'gaussdb-hotfix');
}

/** All GaussDB jobs, newest first. */
export function gaussJobs(world: World): readonly Job[] {
  return [...world.jobs.values()].filter((job) => job.family === 'gaussdb-hotfix').reverse();
}

/** Why a hot patch may not be scheduled for the target now; undefined: it may. */
export function obstacle(world: World, target: Target, nowMs: number): Answer | undefined {
  const status = restStatus(target, nowMs);
  if (status === 'FROZEN') {
    return serviceError('gaussdb', 400, 'DBS.280449', 'The DB instance is frozen.');
  }
  if (status === 'FAILED') {
    return serviceError('gaussdb', 400, 'DBS.06010001', 'The instance status does not allow it.');
  }
  const isOpen = jobsOn(world, target.instanceId).some((job) =>
    ['Pending', 'Running'].includes(job.status),
  );
  const isDoubled = isOpen && world.settings.gaussdbSecondSubmit === 'refuse';
  if (status === normalStatusOf(target.family) && !isDoubled) return undefined;
  return conflict(world);
}

/** The three ways in which GaussDB was seen to say "another operation is in progress" (7.1, 7.3, 9.24). */
function conflict({ settings }: World): Answer {
  const words = 'Another operation is being performed on the DB instance.';
  switch (settings.gaussdbConflict) {
    case '400':
      return serviceError('gaussdb', 400, 'DBS.06020003', words);
    case 'errCode':
      return { status: 409, body: { errCode: 'DBS.200047', externalMessage: words } };
    default:
      return errorOf('gaussdb', 'conflict');
  }
}
