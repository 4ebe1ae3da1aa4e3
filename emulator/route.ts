import type { Answer } from './errors';
import type { Concern } from './faults';
import type { Change, Effect, Family, FaultPlace } from './types';
import type { World } from './world';
import { jobsNamed, keyOf } from './world';

/** One call as a route sees it: past routing, not yet past its own checks. */
export interface Call {
  readonly world: World;
  readonly nowMs: number;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly requestId: string;
}

/** An answer with what the call did; nothing of it has happened before it is written down. */
export interface Outcome extends Answer {
  readonly changes?: readonly Change[];
  readonly effects?: readonly Effect[];
}

/** One documented call. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly on: Exclude<FaultPlace, 'job'>;
  /** Needs no credentials: how one gets them. */
  readonly open?: boolean;
  readonly concern: (call: Call) => Concern;
  readonly handle: (call: Call) => Outcome;
  /** How the fault `reject` answers, where it is not the service's plain 4xx. */
  readonly reject?: (call: Call) => Answer;
}

/** A call that concerns no single target: fault key `*` (contracts.md). */
export function everybody(family: Family | null): Concern {
  return { family, key: '*', ids: ['*'] };
}

/** A call that concerns the named targets; its count goes with the first. */
export function about(family: Family, ids: readonly string[]): Concern {
  const [first] = [...ids].sort();
  return first === undefined ? everybody(family) : { family, key: first, ids };
}

/** A call that concerns a job's target. */
export function aboutJob(call: Call, publicId: string | undefined, family: Family): Concern {
  const [job] = jobsNamed(call.world, publicId ?? '');
  if (job === undefined) return everybody(family);
  const ids = job.proxyId === null ? [job.instanceId] : [job.proxyId, job.instanceId];
  return { family: job.family, key: keyOf(job), ids };
}

/** A plain 200. */
export function ok(body: unknown): Outcome {
  return { status: 200, body };
}
