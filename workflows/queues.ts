import { ActivityCancellationType, proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { Activities } from '../activities';
import { cloudQueue } from '../rollout/ids';

/** The activities, with the timeouts and retries that belong to each kind of call. */

const SECOND = 1_000;

// A look is a few calls of at most 15 s, usually milliseconds. It is also how long a look that died
// with its worker stays unnoticed, so it should not be generous.
const LOOK = 30 * SECOND;
// The verdict of a pre-check is waited for 30 s, after two calls.
const PRE_CHECK = 60 * SECOND;

/** Reads on behalf of one attempt. */
export function reads(giveUpAfterMs: number, isPreChecked = false) {
  return proxyActivities<Pick<Activities, 'inspect'>>({
    taskQueue: cloudQueue(workflowInfo().taskQueue),
    startToCloseTimeout: isPreChecked ? LOOK + PRE_CHECK : LOOK,
    // An attempt that cannot look gives its place back after this long, and is queued again; the
    // wave then knows that there is no access.
    scheduleToCloseTimeout: giveUpAfterMs,
    retry: { initialInterval: SECOND, backoffCoefficient: 2, maximumInterval: 30 * SECOND },
  });
}

/** Reads for a plan: a person waits for the answer, so a cloud that is away is told soon. */
export function planReads() {
  return proxyActivities<Pick<Activities, 'inspectTargets'>>({
    taskQueue: cloudQueue(workflowInfo().taskQueue),
    // 50 targets with a few calls each: seconds, but five minutes and more under a small share of calls.
    startToCloseTimeout: 1_200 * SECOND,
    // Else a worker that died would be missed only after all that time. It beats every 5 s.
    heartbeatTimeout: 20 * SECOND,
    retry: { initialInterval: SECOND, backoffCoefficient: 2, maximumAttempts: 5 },
  });
}

/** Pages of a fleet's list: likewise. */
export function fleetReads() {
  return proxyActivities<Pick<Activities, 'listFleet'>>({
    taskQueue: cloudQueue(workflowInfo().taskQueue),
    // Fifty instances with a call or two each, eight at once: seconds, unless the worker's share of
    // calls is small; a call then waits for its turn for a quarter of an hour.
    startToCloseTimeout: 1_200 * SECOND,
    // It says every 5 s that it lives: a page that died with its worker is soon read again.
    heartbeatTimeout: 30 * SECOND,
    retry: { initialInterval: SECOND, backoffCoefficient: 2, maximumAttempts: 5 },
  });
}

/** What a workflow must not find out by itself: the machine's time zones. No call leaves the worker. */
export function calendars() {
  return proxyActivities<Pick<Activities, 'resolveOpenings'>>({
    taskQueue: cloudQueue(workflowInfo().taskQueue),
    // A second of computing at most.
    startToCloseTimeout: LOOK,
    retry: { initialInterval: SECOND, backoffCoefficient: 2, maximumInterval: 30 * SECOND },
  });
}

/** Reads of Temporal's own list of workflows. */
export function lessons() {
  return proxyActivities<Pick<Activities, 'learnDurations'>>({
    taskQueue: cloudQueue(workflowInfo().taskQueue),
    // At most 5 s per family.
    startToCloseTimeout: LOOK,
    // Nice to know, and a person waits for the plan.
    retry: { maximumAttempts: 2 },
  });
}

/** Asks Temporal itself. */
export function lookups() {
  return proxyActivities<Pick<Activities, 'findEnded'>>({
    taskQueue: cloudQueue(workflowInfo().taskQueue),
    // At most 500 quick reads.
    startToCloseTimeout: 60 * SECOND,
    retry: { initialInterval: SECOND, backoffCoefficient: 2, maximumInterval: 60 * SECOND },
  });
}

/** The one call that must not be made twice. */
export function submits() {
  return proxyActivities<Pick<Activities, 'submit'>>({
    taskQueue: cloudQueue(workflowInfo().taskQueue),
    // When no worker takes it in this time, nothing was sent, and that is certain.
    scheduleToStartTimeout: 30 * SECOND,
    // The activity itself ends the call after 25 s, so that nothing is sent after this.
    startToCloseTimeout: 30 * SECOND,
    // No idempotency key: a second try could upgrade twice.
    retry: { maximumAttempts: 1 },
    // A request that has left cannot be taken back: wait for its answer.
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  });
}

/** Following an upgrade until it ends: the retries are the poll loop, without limit but time. */
export function follows(followForMs: number) {
  return proxyActivities<Pick<Activities, 'follow'>>({
    taskQueue: cloudQueue(workflowInfo().taskQueue),
    startToCloseTimeout: LOOK,
    scheduleToCloseTimeout: followForMs,
    // The activity says itself when to look again; this is for a worker that died.
    retry: { initialInterval: SECOND, backoffCoefficient: 1 },
  });
}

/** Reconciling a lost answer, likewise until its limit. */
export function reconciles(reconcileForMs: number) {
  return proxyActivities<Pick<Activities, 'reconcile'>>({
    taskQueue: cloudQueue(workflowInfo().taskQueue),
    startToCloseTimeout: LOOK,
    scheduleToCloseTimeout: reconcileForMs,
    retry: { initialInterval: SECOND, backoffCoefficient: 1 },
  });
}

/** Calling off a scheduled upgrade. */
export function cancels() {
  return proxyActivities<Pick<Activities, 'cancel'>>({
    taskQueue: cloudQueue(workflowInfo().taskQueue),
    // A handful of calls of at most 20 s, usually milliseconds.
    startToCloseTimeout: 60 * SECOND,
    // It may be done again: what is cancelled already is found to be so. Two minutes and a half
    // bridge a hiccup; if they do not help, the upgrade is followed to its end instead.
    retry: { backoffCoefficient: 2, maximumInterval: 30 * SECOND, maximumAttempts: 10 },
  });
}

/** Calls of the plan's webhooks. Tries and time are the plan's. */
export function hookCalls(
  event: 'before' | 'after' | 'undo',
  { timeoutMs, retries }: { readonly timeoutMs: number; readonly retries: number },
) {
  const isUndo = event === 'undo';
  return proxyActivities<Pick<Activities, 'callHook'>>({
    taskQueue: cloudQueue(workflowInfo().taskQueue),
    // The call ends itself at its own time-out; what is longer is a worker that died.
    startToCloseTimeout: timeoutMs + 5 * SECOND,
    retry: {
      initialInterval: SECOND,
      backoffCoefficient: 2,
      // A target keeps its place meanwhile, and one small request does not harm the one who gets it.
      maximumInterval: 10 * SECOND,
      maximumAttempts:
        1 + (isUndo ? Math.max(retries, LEAST_UNDO_RETRIES) + DIED_WITH_WORKER : retries),
    },
  });
}

// An undo that is given up leaves an instance out of service: 1, 2, 4, 8 and 10 s at least.
const LEAST_UNDO_RETRIES = 5;

// A try whose worker dies counts as well, and perhaps nobody heard of it.
const DIED_WITH_WORKER = 2;

/** Writing the report of a rollout that ends. */
export function keeps() {
  return proxyActivities<Pick<Activities, 'keepReport'>>({
    taskQueue: cloudQueue(workflowInfo().taskQueue),
    // Two hundred reads at most, and one file: seconds.
    startToCloseTimeout: LOOK,
    // Whoever waits for the end of the rollout waits for this: a minute at most, and then without.
    scheduleToCloseTimeout: 60 * SECOND,
    retry: { initialInterval: SECOND, backoffCoefficient: 2, maximumAttempts: 3 },
  });
}

/** Tells one receiver. Tries and time are the plan's. */
export function notifications({
  timeoutMs,
  retries,
}: {
  readonly timeoutMs: number;
  readonly retries: number;
}) {
  return proxyActivities<Pick<Activities, 'notify'>>({
    taskQueue: cloudQueue(workflowInfo().taskQueue),
    // The call ends itself at its own time-out; what is longer is a worker that died.
    startToCloseTimeout: timeoutMs + 5 * SECOND,
    // Without a worker for so long, what it would tell is no news any more.
    scheduleToCloseTimeout: 3_600 * SECOND,
    retry: {
      initialInterval: SECOND,
      backoffCoefficient: 2,
      maximumInterval: 30 * SECOND,
      maximumAttempts: 1 + retries,
    },
  });
}

/** One look at health while a wave bakes. */
export function checks() {
  return proxyActivities<Pick<Activities, 'checkHealth'>>({
    taskQueue: cloudQueue(workflowInfo().taskQueue),
    // At most 20 checks of at most 10 s, four at once: 50 s.
    startToCloseTimeout: 60 * SECOND,
    // A bad answer is a result, no failure: what fails is a worker that died. A look that fails
    // again and again is inconclusive, and the next one comes soon enough.
    retry: { initialInterval: SECOND, backoffCoefficient: 2, maximumAttempts: 3 },
  });
}
