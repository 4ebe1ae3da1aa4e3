import type { Cancelled, Progress, Reconciliation, Ticket } from '../rollout/upgrade';
import type { ReportWord } from './log';
import { parseInstant } from './times';

/** One row of any of the clouds' job and task lists. */
export interface Job {
  readonly id: string;
  readonly status: string;
  readonly createdAtMs: number | null;
  readonly endedAtMs: number | null;
  readonly percent: number | null;
  readonly failReason: string | null;
}

/** The status words of one list. */
export interface JobWords {
  readonly field: string;
  readonly running: readonly string[];
  readonly succeeded: readonly string[];
  readonly failed: readonly string[];
}

/** A scheduled job in one of them has not begun: `Unauthorized` says "to be authorized", no refusal. */
const NOT_BEGUN = ['Pending', 'Unauthorized'];

/** TaurusDB and GaussDB, all lists but `schedule-tasks/exist`. */
export const DBS_JOB_WORDS: JobWords = {
  field: 'job status',
  running: [...NOT_BEGUN, 'Running'],
  succeeded: ['Completed'],
  failed: ['Failed', 'Canceled'],
};

/**
 * Times in the lists are cut to whole seconds, and the cloud's clock is not ours: a job of ours may
 * seem to have begun some seconds before we asked for it. Kept short, since an older job of somebody
 * else must not be taken for ours; the look just before the request has seen none running.
 */
export const SKEW_MS = 5_000;

/** How a job stands. A word no page has counts as running, and is reported. */
export function progressOf(job: Job, words: JobWords, report: ReportWord): Progress {
  if (words.succeeded.includes(job.status)) return { state: 'succeeded' };
  if (words.failed.includes(job.status)) {
    return { state: 'failed', words: failureWords(job) };
  }
  if (!words.running.includes(job.status)) report(words.field, job.status);
  return running(job.status, job.percent);
}

/** The job's own reason, or its status when it gives none. */
export function failureWords({ status, failReason }: Job): string {
  return failReason || `the cloud calls it ${status} and gives no reason`;
}

/** An upgrade under way. */
export function running(
  status: string,
  percent: number | null = null,
  remainingMs: number | null = null,
): Progress {
  return { state: 'running', percent, remainingMs, status };
}

/** Whether a job may be what a request sent at `since` began. */
export function isOurs({ createdAtMs, endedAtMs }: Job, since: string): boolean {
  const sinceMs = Date.parse(since);
  if (createdAtMs === null || createdAtMs < sinceMs - SKEW_MS) return false;
  // What had ended before we asked was not ours, whatever the clocks; an upgrade takes longer than
  // they differ. Whole seconds, as the lists have them.
  return endedAtMs === null || endedAtMs >= Math.floor(sinceMs / 1000) * 1000;
}

/**
 * Whether a job had begun before a request was sent at `since`, and had not ended by then: it is not
 * ours, and because of it ours was refused, if it arrived.
 */
export function isBefore(job: Job, since: string, words: JobWords): boolean {
  const { createdAtMs, endedAtMs } = job;
  if (createdAtMs === null || isOurs(job, since)) return false;
  return endedAtMs === null ? isOpen(job, words) : endedAtMs > Date.parse(since);
}

/** The one that began last. */
export function newest<T extends Job>(jobs: readonly T[]): T | undefined {
  const age = (job: Job): number => job.createdAtMs ?? 0;
  return [...jobs].sort((a, b) => age(b) - age(a))[0];
}

/** The job of a ticket: by its id; where it has none, the newest that began with it. */
export function jobOf<T extends Job>(jobs: readonly T[], ticket: Ticket): T | undefined {
  if (ticket.id !== null) return jobs.find(({ id }) => id === ticket.id);
  return newest(jobs.filter((job) => isOurs(job, ticket.since)));
}

/** `"60%"`, `"60"`, `60`; null for an empty or odd one. */
export function percentOf(value: string | number | null | undefined): number | null {
  const [, digits] = /^\s*(\d{1,3})(?:\.\d+)?\s*%?\s*$/.exec(String(value ?? '')) ?? [];
  return digits === undefined ? null : Math.min(100, Number(digits));
}

/** A row of a list in our form. */
export function toJob(row: {
  readonly id: string;
  readonly status: string;
  readonly created: string | number | null | undefined;
  readonly ended?: string | number | null;
  readonly percent?: string | number | null;
  readonly failReason?: string | null;
}): Job {
  return {
    id: row.id,
    status: row.status,
    createdAtMs: parseInstant(row.created),
    endedAtMs: parseInstant(row.ended),
    percent: percentOf(row.percent),
    failReason: row.failReason || null,
  };
}

/** What a target itself tells where no list names its job. */
export interface Glimpse {
  readonly version: string;
  readonly isReached: boolean;
  readonly state: 'ready' | 'busy' | 'upgrading' | 'bad' | 'gone';
  readonly status: string;
}

/** Follows by version and status alone. It cannot see a failure: time, then, calls it unknown. */
export function progressByVersion(seen: Glimpse, ticket: Ticket): Progress {
  const isSettled = seen.state === 'ready' || seen.state === 'bad';
  if (isSettled && (seen.isReached || hasMoved(seen, ticket))) return { state: 'succeeded' };
  // One answer of a confused gateway would be enough to call it failed: its version is read for that.
  if (seen.state === 'gone') return { state: 'succeeded' };
  return running(seen.state === 'ready' ? 'no trace of it in the job lists' : seen.status);
}

/**
 * Whether no list need have it yet: "several seconds" pass until a new job is listed, and a list that
 * others asked for may have been read before it began.
 */
export function mayBeUnlisted({ since }: Ticket, nowMs: number): boolean {
  return nowMs - Date.parse(since) < UNLISTED_FOR_MS;
}

/** How an upgrade stands that no list need have yet. */
export function notListedYet(): Progress {
  return running('not listed yet');
}

// Two seconds for the list, and one for the job.
const UNLISTED_FOR_MS = 3_000;

/** Reconciles by version and status, where no list shows a job of ours. */
export function reconcileByVersion(seen: Glimpse, lost: Ticket): Reconciliation {
  const differed = lost.versionBefore === null || seen.version !== lost.versionBefore;
  if (seen.isReached && differed) return { state: 'adopted', ticket: lost };
  switch (seen.state) {
    case 'ready':
      if (hasMoved(seen, lost)) return { state: 'adopted', ticket: lost };
      return { state: 'absent', words: `no job of it is listed, and the version is unchanged` };
    // One answer of a confused gateway does not prove that nothing happened.
    case 'gone':
    case 'busy':
    case 'upgrading':
    case 'bad':
      return {
        state: 'unknown',
        words: `no job of it is listed, but its status is ${seen.status}`,
      };
  }
}

/**
 * For what was found to be absent. Where an upgrade is listed as under way it cannot be said that nothing
 * happened: the cloud's clock may be so far from ours that it does not look like ours, or its time
 * cannot be read.
 */
export function unlessOpen(
  absent: Reconciliation,
  jobs: readonly Job[],
  words: JobWords,
): Reconciliation {
  const open = newest(jobs.filter((job) => isOpen(job, words)));
  if (open === undefined) return absent;
  return { state: 'unknown', words: `${open.id} is listed as ${open.status}` };
}

/** No trace of ours, and somebody else's upgrade that was there before. */
export function foreign(job: Job, lost: Ticket, nowMs: number): Reconciliation {
  const ticket = foundTicket(job, lost.wanted, nowMs);
  const words = `somebody else's upgrade ${job.id} had begun before, at ${ticket.since}`;
  return { state: 'foreign', ticket, words };
}

function hasMoved({ version }: Glimpse, { versionBefore }: Ticket): boolean {
  return versionBefore !== null && version !== versionBefore;
}

/** A ticket for an upgrade that was found. */
export function foundTicket(job: Job, wanted: string, nowMs: number): Ticket {
  const since = new Date(job.createdAtMs ?? nowMs).toISOString();
  return { id: job.id, wanted, since, versionBefore: null };
}

/** As far as the lists are read back for upgrades of others. Known gap: longer ones are not seen. */
export function dayBefore(instant: string): string {
  return new Date(Date.parse(instant) - 86_400_000).toISOString();
}

/** Whether a job is under way or will be, by a word that says so. */
export function isOpen({ status }: Job, words: JobWords): boolean {
  return words.running.includes(status);
}

/** Whether a scheduled job of TaurusDB can still be called off. */
export function hasNotBegun({ status }: Job): boolean {
  return NOT_BEGUN.includes(status);
}

/** What the status of a scheduled job or task says about an attempt to cancel it. */
export function cancelledBy(status: string): Cancelled {
  return status === 'Canceled'
    ? { state: 'cancelled' }
    : { state: 'begun', words: `it is ${status}` };
}
