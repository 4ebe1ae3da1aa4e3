import { activityInfo, cancellationSignal, heartbeat } from '@temporalio/activity';
import { isRefused } from '../cloud/errors';
import type { CallOptions, Families, Family } from '../cloud/family';
import { verify } from '../rollout/attempt';
import type { PollingBounds } from '../rollout/frozen-plan';
import type { ReasonCode } from '../rollout/outcome';
import { nextLookMs } from '../rollout/pace';
import type { Progress, Ticket, UpgradeRequest } from '../rollout/upgrade';
import { stillRunning, toFailure, withinDeadline } from './failures';
import type { Deadline } from './failures';

export interface FollowInput {
  readonly request: UpgradeRequest;
  readonly ticket: Ticket;
  readonly polling: PollingBounds;
  /** Upgrades of this kind are known to take about this long; null when nothing is known. */
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
  /** Fresh reads of a settled instance, or a missing one, since the upgrade was seen to have ended. */
  readonly verifyLooks: number;
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
    const options = { signal: cancellationSignal(), priority: 'follow' } as const;
    try {
      const progress = await progressOf(family, input, options);
      if (progress.state === 'running') throw lookAgain(input, progress);

      const before = (activityInfo().heartbeatDetails as Memory | undefined)?.verifyLooks ?? 0;
      const seen = await family.inspect(request, { ...options, priority: 'verify' });
      // A look that failed, or came while the instance settled, says nothing about the version.
      const looks = seen.state === 'ready' || seen.state === 'gone' ? before + 1 : before;
      heartbeat({ verifyLooks: looks } satisfies Memory);
      const jobFailed = progress.state === 'failed' ? progress.words : null;
      const verdict = verify({ upgrade: request.upgrade, ticket, jobFailed, seen, looks });
      if (verdict.state === 'lookAgain') throw stillRunning(verdict.words, input.polling.minMs);

      return { ...explain(verdict), versionAfter: seen.version };
    } catch (error) {
      throw toFailure(error, { afterMs: input.polling.maxMs, deadline: deadlineOf(input) });
    }
  };
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
    const seen = await family.inspect(request, options);
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
  const delayMs = nextLookMs({
    elapsedMs: Date.now() - Date.parse(input.ticket.since),
    expectedMs: input.expectedMs,
    remainingMs,
    percent,
    bounds: input.polling,
    random: Math.random(),
  });
  const words = percent === null ? status : `${status} ${percent} %`;
  return stillRunning(words, withinDeadline(delayMs, deadlineOf(input)));
}

function deadlineOf({ polling, request }: FollowInput): Deadline {
  return { limitMs: request.upgrade.followForMs, lastLookMs: polling.minMs };
}
