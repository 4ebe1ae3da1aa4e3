import { activityInfo, cancellationSignal, heartbeat } from '@temporalio/activity';
import { isRefused } from '../cloud/errors';
import type { CallOptions, Families, Family } from '../cloud/family';
import { clockMs } from '../cloud/snapshots';
import { verify } from '../rollout/attempt';
import type { PollingBounds } from '../rollout/frozen-plan';
import type { ReasonCode } from '../rollout/outcome';
import { nextLook } from '../rollout/pace';
import type { Progress, Ticket, UpgradeRequest } from '../rollout/upgrade';
import { stillRunning, toFailure, withinDeadline } from './failures';
import type { Deadline } from './failures';

export interface FollowInput {
  readonly request: UpgradeRequest;
  readonly ticket: Ticket;
  readonly polling: PollingBounds;
  /** Upgrades of this kind take so long, by the plan or by those that have ended; null: not known. */
  readonly expectedMs: number | null;
}

export interface Followed {
  readonly state: 'succeeded' | 'advanced' | 'failed';
  readonly reason: ReasonCode;
  readonly words: string;
  readonly versionAfter: string;
}

/** What one look leaves to the next: Temporal keeps the last heartbeat of a failed attempt. */
interface Memory {
  /** Fresh reads of a settled instance, a bad or a missing one, since the upgrade was seen to have ended. */
  readonly verifyLooks: number;
  /** The instant for which this look was meant; null: for none. */
  readonly dueAtMs: number | null;
}

/**
 * One look at an upgrade under way. While it runs the activity fails with a benign `StillRunning`
 * and says when to look next, so that hours of following cost three history events. When it has
 * ended, a read of the version begun afterwards decides.
 */
export function createFollow(families: Families) {
  return async function follow(input: FollowInput): Promise<Followed> {
    const { request, ticket } = input;
    const family = families[request.upgrade.family];
    const signal = cancellationSignal();
    try {
      const freshSinceMs = clockMs() - sinceDueMs();
      const ageMs = Date.now() - Date.parse(ticket.since);
      // Right after its submit there is nothing to be seen, and nobody else to share the call with.
      if (memory() === undefined && ageMs < input.polling.minMs) throw lookAgain(input, JUST_BEGUN);
      const gatherForMs = LEAST_GATHERED_MS + ageMs / AGES_PER_GATHERING;
      const asFollowing = { signal, priority: 'follow', freshSinceMs, gatherForMs } as const;
      const progress = await progressOf(family, input, asFollowing);
      if (progress.state === 'running') throw lookAgain(input, progress);

      const before = memory()?.verifyLooks ?? 0;
      const seen = await family.inspect(request, {
        signal,
        priority: 'verify',
        // Success is what a read says that began after the end was seen: no older one will do.
        freshSinceMs: clockMs(),
        gatherForMs,
        wanted: ticket.wanted,
      });
      // A look that failed, or came while the instance settled, says nothing about the version.
      const isSettling = seen.state === 'busy' || seen.state === 'upgrading';
      const looks = isSettling ? before : before + 1;
      const jobFailed = progress.state === 'failed' ? progress.words : null;
      const verdict = verify({ upgrade: request.upgrade, ticket, jobFailed, seen, looks });
      if (verdict.state === 'lookAgain') {
        heartbeat({ verifyLooks: looks, dueAtMs: null } satisfies Memory);
        throw stillRunning(verdict.words, input.polling.minMs);
      }

      return { ...explain(verdict), versionAfter: seen.version };
    } catch (error) {
      throw toFailure(error, { afterMs: input.polling.maxMs, deadline: deadlineOf(input) });
    }
  };
}

const JUST_BEGUN = {
  state: 'running',
  status: 'just begun',
  percent: null,
  remainingMs: null,
} as const;

// Whoever looks for the same instant may share an answer. It says when to look at the version, never
// that it is there, so a moment is no harm.
const SHARED_FOR_MS = 2_000;

// What is waited for others, twice at the end of an upgrade, must not matter beside its length.
const LEAST_GATHERED_MS = 250;
const AGES_PER_GATHERING = 10;

/** How long ago this look was due: those who come late share the answer of those who did not. */
function sinceDueMs(): number {
  const dueAtMs = memory()?.dueAtMs ?? null;
  if (dueAtMs === null) return 0;
  return Math.max(0, Math.min(Date.now() - dueAtMs, SHARED_FOR_MS));
}

function memory(): Memory | undefined {
  return activityInfo().heartbeatDetails as Memory | undefined;
}

/** The lists of an instance go with it: then only the read of its version can tell more. */
async function progressOf(
  family: Family,
  { request, ticket }: FollowInput,
  options: CallOptions,
): Promise<Progress> {
  try {
    return await family.follow(request, ticket, options);
  } catch (error) {
    if (!isRefused(error, 'notFound')) throw error;
    const seen = await family.inspect(request, { ...options, freshSinceMs: clockMs() });
    if (seen.state !== 'gone') throw error;
    return { state: 'succeeded' };
  }
}

function explain(verdict: Exclude<ReturnType<typeof verify>, { state: 'lookAgain' }>) {
  switch (verdict.state) {
    case 'succeeded':
      return {
        state: verdict.state,
        reason: 'upgraded',
        words: 'a fresh read shows the version',
      } as const;
    case 'advanced':
      return {
        state: verdict.state,
        reason: 'stepDone',
        words: 'one step is done, more are offered',
      } as const;
    case 'failed':
      return verdict;
  }
}

function lookAgain(input: FollowInput, progress: Extract<Progress, { state: 'running' }>) {
  const { percent, remainingMs, status } = progress;
  const nowMs = Date.now();
  const { delayMs, dueAtMs } = nextLook({
    nowMs,
    elapsedMs: nowMs - Date.parse(input.ticket.since),
    expectedMs: input.expectedMs ?? progress.expectMs ?? null,
    remainingMs,
    percent,
    bounds: input.polling,
    random: Math.random(),
  });
  heartbeat({ verifyLooks: 0, dueAtMs } satisfies Memory);
  const words = percent === null ? status : `${status} ${percent} %`;
  return stillRunning(words, withinDeadline(delayMs, deadlineOf(input)));
}

function deadlineOf({ polling, request }: FollowInput): Deadline {
  return { limitMs: request.upgrade.followForMs, lastLookMs: polling.minMs };
}
