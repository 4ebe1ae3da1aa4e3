import type { Answer } from './errors';
import { errorOf, Refusal, serviceError } from './errors';
import type { Concern } from './faults';
import { isInstanceId, normalStatusOf } from './fleet';
import type { Call } from './route';
import { about } from './route';
import type { Job, JobStatus, Target } from './types';
import type { World } from './world';
import { restStatus, runningJob } from './world';

/** DCS's 400, in the words of the page's example: "Invalid instance_id parameter in the request." */
export function invalid(parameter: string): Answer {
  return serviceError('dcs', 400, 'DCS.4062', `Invalid ${parameter} parameter in the request.`);
}

/** The same for checks that speak whole sentences. */
export function invalidBody(detail: string): Answer {
  return errorOf('dcs', 'parameter', detail);
}

/** The instance of the path; a wrong form is 400, an unknown one 404. */
export function findInstance({ world, params }: Call): Target {
  const id = params.instance_id ?? '';
  if (!isInstanceId('dcs-instance', id)) throw new Refusal(invalid('instance_id'));
  const target = world.targets.get(id);
  if (target === undefined) throw new Refusal(errorOf('dcs', 'notFound'));
  return target;
}

/** All DCS instances. */
export function dcsInstances(world: World): readonly Target[] {
  return [...world.targets.values()].filter((target) => target.family === 'dcs-instance');
}

/** The task's words for its states (4.2: no page lists them all). */
export const taskWords: Readonly<Record<JobStatus, string>> = {
  Pending: 'CREATED',
  Running: 'EXECUTING',
  Completed: 'SUCCESS',
  Failed: 'FAILED',
  Canceled: 'CANCELLED',
};

/** The documented error code of a task that failed. */
export function taskError(job: Job): string {
  return job.status === 'Failed' ? 'DCS.4842' : '';
}

/** Why an upgrade may not begin now (7.4); undefined: it may. */
export function obstacle(world: World, target: Target, nowMs: number): Answer | undefined {
  if (runningJob(world, target) !== undefined) {
    return serviceError('dcs', 400, 'DCS.4116', 'The instance is being upgraded.');
  }
  const status = restStatus(target, nowMs);
  if (status === normalStatusOf(target.family)) return undefined;
  return serviceError(
    'dcs',
    400,
    codes[status] ?? 'DCS.4049',
    `The instance is in status ${status}.`,
  );
}

const codes: Readonly<Record<string, string>> = {
  CREATING: 'DCS.4118',
  EXTENDING: 'DCS.4113',
  FLUSHING: 'DCS.4026',
  FROZEN: 'DCS.4120',
  RESTARTING: 'DCS.4111',
  RESTORING: 'DCS.4097',
};

/** A call about the instance of the path. */
export function aboutInstance({ params }: Call): Concern {
  return about('dcs-instance', [params.instance_id ?? '*']);
}
