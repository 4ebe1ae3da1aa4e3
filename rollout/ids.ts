import type { CloudScope, Target } from './upgrade';

/** Workflow ids are built here and nowhere else, so that a tree of work reads as a path in the UI. */

/** `rollout/<plan name>/<unique>`: the id of one execution of a plan. */
export function rolloutId(planName: string, unique: string): string {
  return `rollout/${planName}/${unique}`;
}

/** The child of a rollout that freezes its plan. */
export function planId(rollout: string): string {
  return `${rollout}/plan`;
}

/** `plan/<plan name>/<unique>`: a dry run, which is no rollout. */
export function dryRunId(planName: string, unique: string): string {
  return `plan/${planName}/${unique}`;
}

/** `discover/<project id>/<family>/<unique>`: one listing of a fleet. */
export function discoverId(projectId: string, family: string, unique: string): string {
  return `discover/${projectId}/${family}/${unique}`;
}

/** `part` counts from 1; a wave of one part has none in its id. */
export function waveId(rollout: string, wave: string, part: number, parts: number): string {
  const base = `${rollout}/wave/${wave}`;
  return parts === 1 ? base : `${base}/${part}`;
}

/** What tells people of one thing that happened in a rollout; `number` counts from 1. */
export function notificationId(rollout: string, number: number): string {
  return `${rollout}/notify/${number}`;
}

/**
 * The id of every attempt on an instance, in all rollouts of the namespace. It is the lock: Temporal
 * refuses a second one while it runs. Proxies of one instance share it.
 */
export function attemptId(
  scope: Pick<CloudScope, 'projectId'>,
  target: Pick<Target, 'instanceId'>,
): string {
  return `upgrade/${scope.projectId}/${target.instanceId}`;
}

/** How controls name a target: its instance's id, or its proxy's if it is a proxy. */
export function targetId({ instanceId, proxyId }: Pick<Target, 'instanceId' | 'proxyId'>): string {
  return proxyId ?? instanceId;
}

/** All of a target's id: of a proxy, behind its instance's. */
export function fullId({ instanceId, proxyId }: Pick<Target, 'instanceId' | 'proxyId'>): string {
  return proxyId === null ? instanceId : `${instanceId}/${proxyId}`;
}

/** Tells the targets of a plan apart: it may upgrade one instance in two ways, but no target twice. */
export function targetKey(target: Pick<Target, 'upgrade' | 'instanceId' | 'proxyId'>): string {
  return JSON.stringify([target.upgrade, target.instanceId, target.proxyId]);
}

/** The activities' task queue that belongs to a queue of workflows. */
export function cloudQueue(workflowQueue: string): string {
  return `${workflowQueue}-cloud`;
}
