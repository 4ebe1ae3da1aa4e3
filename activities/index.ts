import type { Probe } from '../cloud/checks';
import type { Families } from '../cloud/family';
import type { Fleets } from '../cloud/fleet';
import type { CallWebhook } from '../cloud/webhooks';
import { createCancel } from './cancel';
import { createCheckHealth } from './check';
import { createListFleet } from './discover';
import { findEnded } from './find-ended';
import { createFollow } from './follow';
import { createCallHook } from './hook';
import { createInspect, createInspectTargets } from './inspect';
import { createKeepReport, type KeepReport } from './keep-report';
import { learnDurations } from './learn-durations';
import { createReconcile } from './reconcile';
import { createNotify } from './notify';
import { resolveOpenings } from './resolve-windows';
import { createSubmit } from './submit';

/**
 * Everything that upwave does outside the workflows. The worker builds it once, with what
 * makes the calls; workflows know the type alone.
 */
export function createActivities(
  families: Families,
  fleets: Fleets,
  probe: Probe,
  callWebhook: CallWebhook,
  keepReport: KeepReport | null,
) {
  return {
    inspect: createInspect(families),
    inspectTargets: createInspectTargets(families),
    listFleet: createListFleet(fleets),
    submit: createSubmit(families),
    follow: createFollow(families),
    reconcile: createReconcile(families),
    cancel: createCancel(families),
    callHook: createCallHook(callWebhook),
    notify: createNotify(callWebhook),
    resolveOpenings,
    learnDurations,
    findEnded,
    checkHealth: createCheckHealth(probe),
    keepReport: createKeepReport(keepReport),
  };
}

export type Activities = ReturnType<typeof createActivities>;
