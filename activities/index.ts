import type { Probe } from '../cloud/checks';
import type { Families } from '../cloud/family';
import { createCheckHealth } from './check';
import { findEnded } from './find-ended';
import { createFollow } from './follow';
import { createInspect, createInspectTargets } from './inspect';
import { learnDurations } from './learn-durations';
import { createReconcile } from './reconcile';
import { resolveOpenings } from './resolve-windows';
import { createSubmit } from './submit';

/**
 * Everything that upwave does outside the workflows. The worker builds it once, with what
 * makes the calls; workflows know the type alone.
 */
export function createActivities(families: Families, probe: Probe) {
  return {
    inspect: createInspect(families),
    inspectTargets: createInspectTargets(families),
    submit: createSubmit(families),
    follow: createFollow(families),
    reconcile: createReconcile(families),
    resolveOpenings,
    learnDurations,
    findEnded,
    checkHealth: createCheckHealth(probe),
  };
}

export type Activities = ReturnType<typeof createActivities>;
