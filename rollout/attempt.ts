import type { AttemptEnd, ReasonCode } from './outcome';
import type { Inspection, Ticket, Upgrade } from './upgrade';
import { hasReached, isReadable, wantedVersion } from './version';

/** What is done about a target after a fresh look at it, before anything is submitted. */
export type FirstStep =
  | { readonly do: 'submit'; readonly versionNow: string; readonly wanted: string }
  /** An upgrade is under way that this attempt did not start: follow it. */
  | { readonly do: 'adopt'; readonly ticket: Ticket }
  | {
      readonly do: 'end';
      readonly result: AttemptEnd;
      readonly reason: ReasonCode;
      readonly words: string;
    };

/**
 * Decides the first step of an attempt. A version that is there wins over everything else: nothing
 * is submitted to a target that has what the plan wants.
 */
export function firstStep(
  upgrade: Upgrade,
  seen: Inspection,
  wantedByPlan: string | null,
): FirstStep {
  if (seen.state === 'gone') return end('rejected', 'notFound', 'the cloud knows no such instance');

  const wanted = wantedByPlan ?? wantedVersion(upgrade, seen);
  if (seen.state === 'upgrading') return adoptOrWait(seen);
  if (wanted !== null && hasReached(upgrade.family, seen.version, wanted)) {
    return end(
      'upToDate',
      'alreadyThere',
      `version ${seen.version || 'as wanted'} was there before`,
    );
  }
  if (isNewest(upgrade, seen)) {
    return end('upToDate', 'alreadyThere', `nothing newer than ${seen.version} is offered`);
  }
  if (seen.state === 'busy') return busy(seen);
  if (seen.state === 'bad') return end('rejected', 'badState', `its status is ${seen.status}`);
  if (!isReadable(upgrade.family, seen.version, wanted)) {
    const words = `its version ${JSON.stringify(seen.version)} cannot be understood`;
    return end('rejected', 'unexpectedAnswer', words);
  }
  if (wanted === null) {
    return seen.upgradable === false
      ? end('upToDate', 'alreadyThere', `nothing newer than ${seen.version} is offered`)
      : end('rejected', 'notUpgradable', 'the cloud does not say which version it would get');
  }
  if (seen.upgradable === false) {
    return end('rejected', 'notUpgradable', `no upgrade from ${seen.version} is offered`);
  }
  if (seen.objection !== undefined) return end('rejected', 'preCheckFailed', seen.objection);
  return { do: 'submit', versionNow: seen.version, wanted };
}

/**
 * A kernel goes to the newest version, whichever that is by now: it may be an older one than when the
 * plan was frozen, if the cloud has withdrawn that.
 */
function isNewest({ family }: Upgrade, { state, upgradable, version, newestVersion }: Inspection) {
  if (family !== 'taurusdb-instance' || state !== 'ready' || upgradable !== false) return false;
  return newestVersion !== null && hasReached(family, version, newestVersion);
}

function adoptOrWait(seen: Inspection): FirstStep {
  return seen.ticket ? { do: 'adopt', ticket: seen.ticket } : busy(seen);
}

function busy(seen: Inspection): FirstStep {
  return end('notSubmitted', 'busy', `its status is ${seen.status}`);
}

function end(result: AttemptEnd, reason: ReasonCode, words: string): FirstStep {
  return { do: 'end', result, reason, words };
}

/** The version that was read; null of an instance that is not there. */
export function versionSeen({ state, version }: Inspection): string | null {
  return state === 'gone' ? null : version;
}

/** What a read after the end of an upgrade proves. */
export type Verdict =
  | { readonly state: 'succeeded' }
  | { readonly state: 'advanced' }
  /** The instance has not settled, or the version does not show yet. */
  | { readonly state: 'lookAgain'; readonly words: string }
  | { readonly state: 'failed'; readonly reason: ReasonCode; readonly words: string };

/**
 * Judges a fresh read, begun after the upgrade's end was seen: success is what the version says,
 * never the job's word alone. `looks` counts such reads; a version may lag behind the job's end.
 */
export function verify(input: {
  readonly upgrade: Upgrade;
  readonly ticket: Ticket;
  readonly jobFailed: string | null;
  readonly seen: Inspection;
  readonly looks: number;
}): Verdict {
  const { upgrade, ticket, jobFailed, seen, looks } = input;
  const reached = hasReached(upgrade.family, seen.version, ticket.wanted);
  // One answer of a confused gateway must not make a failure of an upgrade that went well.
  if (seen.state === 'gone' && looks < VERIFY_LOOKS) {
    return { state: 'lookAgain', words: `ended, but the cloud knows it no more: ${seen.status}` };
  }
  // Nor must the last node of several, which is abnormal until it has joined the others.
  if (seen.state === 'bad' && jobFailed === null && looks < VERIFY_LOOKS) {
    return { state: 'lookAgain', words: `ended, but its status is ${seen.status}` };
  }
  if (seen.state === 'bad' || seen.state === 'gone') {
    return {
      state: 'failed',
      reason: 'badState',
      words: jobFailed ?? `its status is ${seen.status}`,
    };
  }
  if (jobFailed !== null && !reached) {
    return { state: 'failed', reason: 'jobFailed', words: jobFailed };
  }
  if (seen.state !== 'ready') {
    return { state: 'lookAgain', words: `ended, but its status is still ${seen.status}` };
  }
  if (reached) return { state: 'succeeded' };
  if (ticket.versionBefore !== null && seen.version !== ticket.versionBefore && seen.upgradable) {
    return { state: 'advanced' };
  }
  if (looks < VERIFY_LOOKS) {
    return { state: 'lookAgain', words: `ended, but the version is still ${seen.version}` };
  }
  return {
    state: 'failed',
    reason: 'versionUnchanged',
    words: `the cloud calls it completed, but the version is ${seen.version || 'unchanged'}, not ${ticket.wanted}`,
  };
}

/** A cloud's version page may lag behind its job list; three looks a poll apart are patience enough. */
export const VERIFY_LOOKS = 3;

/** What the last look at an upgrade proves that could not be followed, or reconciled, to its end. */
export interface LastLook {
  readonly result: 'succeeded' | 'advanced' | 'unknown';
  readonly words: string;
}

/**
 * Judges one read after the time for following or reconciling had passed: workers may have been away
 * for all of it. A version that is there, or has moved, has come by our request; that it has not moved
 * proves nothing, since the upgrade may still be running, or waiting to begin.
 */
export function lastLook(upgrade: Upgrade, ticket: Ticket, seen: Inspection): LastLook {
  const verdict = verify({ upgrade, ticket, jobFailed: null, seen, looks: 1 });
  const { version, status } = seen;
  switch (verdict.state) {
    case 'succeeded':
      return { result: 'succeeded', words: `a last look shows version ${version}` };
    case 'advanced':
      return {
        result: 'advanced',
        words: `a last look shows version ${version}, a step on the way`,
      };
    case 'failed':
    case 'lookAgain': {
      const words = `a last look shows status ${status}, version ${version || 'none'}`;
      return { result: 'unknown', words };
    }
  }
}
