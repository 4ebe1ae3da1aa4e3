import type { Families } from '../cloud/family';
import { createFollow } from './follow';
import { createInspect, createInspectTargets } from './inspect';
import { createReconcile } from './reconcile';
import { createSubmit } from './submit';

/**
 * Everything that upwave does outside the workflows. The worker builds it once, with the families
 * that make the calls; workflows know the type alone.
 */
export function createActivities(families: Families) {
  return {
    inspect: createInspect(families),
    inspectTargets: createInspectTargets(families),
    submit: createSubmit(families),
    follow: createFollow(families),
    reconcile: createReconcile(families),
  };
}

export type Activities = ReturnType<typeof createActivities>;
