import type { Answer } from './errors';
import { errorOf, Refusal, serviceError } from './errors';
import { isInstanceId, isProxyId, normalStatusOf } from './fleet';
import type { Concern } from './faults';
import type { Call } from './route';
import { about } from './route';
import type { Job, Target } from './types';
import type { World } from './world';
import { jobsOn, restStatus, targetsOn } from './world';

/** TaurusDB's 400 for a parameter that is wrong. */
export function invalid(detail: string): Answer {
  return errorOf('taurusdb', 'parameter', detail);
}

/** TaurusDB's 400 for a version that is none, or none to go to (7.3). */
export function badVersion(detail: string): Refusal {
  return new Refusal(
    serviceError('taurusdb', 400, 'DBS.200041', `Invalid database version. ${detail}`),
  );
}

/** The instance of that id; a wrong form is 400, an unknown one 404. */
export function findInstance(world: World, instanceId: string): Target {
  if (!isInstanceId('taurusdb-instance', instanceId)) {
    throw new Refusal(serviceError('taurusdb', 400, 'DBS.280404', 'Invalid DB instance ID.'));
  }
  const target = targetsOn(world, instanceId).find((known) => known.family === 'taurusdb-instance');
  if (target === undefined) throw new Refusal(errorOf('taurusdb', 'notFound'));
  return target;
}

/** The proxy of the path; it must be one of the path's instance. */
export function findProxy({ world, params }: Call): Target {
  const instance = findInstance(world, params.instance_id ?? '');
  if (!isProxyId(params.proxy_id ?? '')) throw new Refusal(invalid('Invalid proxy_id.'));
  const proxy = proxiesOf(world, instance.instanceId).find((p) => p.proxyId === params.proxy_id);
  if (proxy === undefined) {
    throw new Refusal(serviceError('taurusdb', 400, 'DBS.270024', 'The proxy does not exist.'));
  }
  return proxy;
}

/** The proxies of an instance. */
export function proxiesOf(world: World, instanceId: string): readonly Target[] {
  return targetsOn(world, instanceId).filter((known) => known.family === 'taurusdb-proxy');
}

/** All TaurusDB instances, those which only carry proxies too. */
export function taurusInstances(world: World): readonly Target[] {
  return [...world.targets.values()].filter((target) => target.family === 'taurusdb-instance');
}

/** All TaurusDB jobs, newest first. */
export function taurusJobs(world: World): readonly Job[] {
  const jobs = [...world.jobs.values()].filter((job) => job.family.startsWith('taurusdb-'));
  return jobs.reverse();
}

/** Why an upgrade may not begin on the target now; undefined: it may. */
export function obstacle(world: World, target: Target, nowMs: number): Answer | undefined {
  const onInstance = targetsOn(world, target.instanceId);
  const states = [target, ...onInstance.filter((other) => other.proxyId === null)];
  const status = states
    .filter((state) => restStatus(state, nowMs) !== normalStatusOf(state.family))
    .map((state) => restStatus(state, nowMs))[0];
  if (status !== undefined) return statusRefusal(status);
  // A scheduled upgrade holds the target too: nothing says that a second one may join it.
  const open = jobsOn(world, target.instanceId).filter(
    (job) =>
      job.status === 'Running' || (job.status === 'Pending' && job.proxyId === target.proxyId),
  );
  const blocking = open.filter(
    (job) => target.proxyId === null || job.proxyId === null || job.proxyId === target.proxyId,
  );
  return blocking.length > 0 ? errorOf('taurusdb', 'conflict') : undefined;
}

/** The documented refusal for an instance that is in that status (7.3). */
function statusRefusal(status: string): Answer {
  switch (status) {
    case 'FROZEN':
      return serviceError('taurusdb', 400, 'DBS.280449', 'The DB instance is frozen.');
    case 'STORAGE FULL':
      return serviceError('taurusdb', 409, 'DBS.200316', 'The storage is full.');
    case 'BACKING UP':
      return serviceError('taurusdb', 409, 'DBS.201205', 'A backup is being created.');
    case 'FAILED':
    case 'ABNORMAL':
      return serviceError('taurusdb', 400, 'DBS.200086', 'The instance status does not allow it.');
    default:
      return errorOf('taurusdb', 'conflict');
  }
}

/** A call about the instance of the path. */
export function aboutInstance(call: Call): Concern {
  return about('taurusdb-instance', [call.params.instance_id ?? '*']);
}

/** A call about the proxy of the path, or about the only proxy of the path's instance. */
export function aboutProxy({ world, params }: Call): Concern {
  const instanceId = params.instance_id ?? '*';
  const proxies = proxiesOf(world, instanceId);
  const proxyId = params.proxy_id ?? (proxies.length === 1 ? proxies[0]?.proxyId : undefined);
  const key = proxyId ?? instanceId;
  return { family: 'taurusdb-proxy', key, ids: [key, instanceId] };
}
