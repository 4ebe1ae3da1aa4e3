import type {
  Inspection,
  Progress,
  Reconciliation,
  Submission,
  Ticket,
  UpgradeRequest,
} from '../rollout/upgrade';
import type { CloudApi } from './api';
import { pathOf } from './api';
import type { CallOptions, Family, SubmitBasis } from './family';
import type { FamilyTools } from './family-tools';
import { ScheduleAnswer } from './gaussdb-hotfix-answers';
import type { ScheduledTask } from './gaussdb-hotfix-reads';
import { createGaussdbCancel } from './gaussdb-hotfix-cancel';
import { createGaussdbPreCheck } from './gaussdb-hotfix-pre-check';
import { createGaussdbReads } from './gaussdb-hotfix-reads';
import type { Job } from './jobs';
import {
  DBS_JOB_WORDS,
  foreign,
  foundTicket,
  isOpen,
  isOurs,
  jobOf,
  mayBeUnlisted,
  newest,
  notListedYet,
  progressByVersion,
  progressOf,
  reconcileByVersion,
} from './jobs';
import { patchesOf, patchList } from './patches';
import { upgradeOf } from './request';
import { submissionOf } from './submission';
import { startTime } from './times';
import { asBefore, submitsTogether, type Item, type Items } from './together';

/**
 * Upgrading Kernel Version of Instances as Scheduled in Batches (CreateScheduleTask).
 *
 * - it installs hot patches, not kernels, whatever its title says
 * - `target_version` is one string with a comma list
 * - two instances of one call may share a task id: the key is task and instance
 * - the form of `start_time` is not documented; the example's offset has no colon: a setting
 * - nothing says that a second task for an instance is refused: before one is scheduled, look
 * - the task list has no filter by task, no progress, no end and no reason of a failure; the reason
 *   is looked for in `/tasks`, whose documented names know no upgrade
 */
const FAMILY = 'gaussdb-hotfix';

/** The family `gaussdb-hotfix`. */
export function createGaussdbHotfix(api: CloudApi, { formats, report }: FamilyTools): Family {
  const reads = createGaussdbReads(api, report);
  const cancel = createGaussdbCancel(api, reads);
  const submit = submitsTogether({ kindOf, sendAll, isAsBefore: asBefore(inspect) });
  const preCheck = createGaussdbPreCheck(api);
  return { name: FAMILY, inspect, submit, preCheck, follow, reconcile, cancel };

  function kindOf({ request, basis }: Item): string {
    return JSON.stringify([upgradeOf(request, FAMILY).startAfterMs, missingOf(basis)]);
  }

  async function inspect(request: UpgradeRequest, options?: CallOptions): Promise<Inspection> {
    const seen = await reads.look(request, options);
    const { wanted: asked } = options ?? {};
    const isThere = asked !== undefined && glimpse(seen, asked).isReached;
    const mayWait = seen.state === 'ready' && seen.upgradable !== false && !isThere;
    if (seen.state !== 'busy' && seen.state !== 'upgrading' && !mayWait) return seen;

    const found = newest((await reads.scheduleTasks(request, options)).filter(isUnderWay));
    if (found === undefined) return seen;
    const wanted = patchList(upgradeOf(request, FAMILY).targetVersions);
    return { ...seen, state: 'upgrading', ticket: foundTicket(found, wanted, Date.now()) };
  }

  async function sendAll(items: Items, options?: CallOptions): Promise<readonly Submission[]> {
    const [{ request, basis }] = items;
    const { scope } = request;
    const { startAfterMs } = upgradeOf(request, FAMILY);
    const nowMs = Date.now();
    const sent = await api.submit(
      {
        service: 'gaussdb',
        scope,
        doing: 'scheduling the hot patches',
        method: 'POST',
        path: pathOf('v3', scope, 'instances', 'db-upgrade', 'schedule-task'),
        body: {
          instance_ids: items.map((item) => item.request.target.instanceId),
          start_time: startTime(nowMs + startAfterMs, formats.startTimeFormat),
          upgrade_type: 'hotfix',
          upgrade_action: 'upgradeAutoCommit',
          target_version: patchList(missingOf(basis)),
        },
      },
      ScheduleAnswer,
      options,
    );
    const since = new Date(nowMs).toISOString();
    return items.map(({ request: { target }, basis: { wanted, versionNow } }) =>
      submissionOf(sent, ({ instance_tasks: rows }) => {
        const ours = rows.find((row) => row.instance_id === target.instanceId);
        if (!ours?.task_id) {
          return { state: 'unknown', words: `none of ${rows.length} rows of the answer is ours` };
        }
        const ticket: Ticket = { id: ours.task_id, wanted, since, versionBefore: versionNow };
        return { state: 'accepted', ticket };
      }),
    );
  }

  async function follow(
    request: UpgradeRequest,
    ticket: Ticket,
    options?: CallOptions,
  ): Promise<Progress> {
    const task = jobOf(await reads.scheduleTasks(request, options), ticket);
    if (task === undefined) {
      if (mayBeUnlisted(ticket, Date.now())) return notListedYet();
      const seen = await reads.look(request, options);
      return progressByVersion(glimpse(seen, ticket.wanted), ticket);
    }
    const progress = progressOf(task, DBS_JOB_WORDS, report);
    if (progress.state !== 'failed' || task.status !== 'Failed') return progress;
    const reason = await reads.failReason(request, task, options);
    return reason === null ? progress : { state: 'failed', words: reason };
  }

  async function reconcile(
    request: UpgradeRequest,
    lost: Ticket,
    options?: CallOptions,
  ): Promise<Reconciliation> {
    const tasks = await reads.scheduleTasks(request, options);
    const { startAfterMs } = upgradeOf(request, FAMILY);
    const isFound = (one: ScheduledTask) =>
      isOurs(one, lost.since) && startsAsAsked(one, Date.parse(lost.since) + startAfterMs);
    const task = newest(tasks.filter(isFound));
    if (task !== undefined) return { state: 'adopted', ticket: { ...lost, id: task.id } };
    const seen = await reads.look(request, options);
    const found = reconcileByVersion(glimpse(seen, lost.wanted), lost);
    const other = newest(tasks.filter(isUnderWay));
    // A task that only waits will be found, and followed, by the next attempt's own look.
    if (found.state === 'absent' || other === undefined) return found;
    return foreign(other, lost, Date.now());
  }
}

function glimpse(seen: Inspection, wanted: string) {
  const installed = patchesOf(seen.version);
  return { ...seen, isReached: patchesOf(wanted).every((patch) => installed.includes(patch)) };
}

// The submit may leave up to a minute after `since`, and some cloud may round to its minutes.
const EARLY_MS = 60_000;
const LATE_MS = 180_000;

/** Whether a task is to begin when ours was asked to: somebody else's mostly is not. */
function startsAsAsked({ startsAtMs }: ScheduledTask, askedMs: number): boolean {
  if (startsAtMs === null) return true;
  return startsAtMs >= askedMs - EARLY_MS && startsAtMs <= askedMs + LATE_MS;
}

function isUnderWay(job: Job): boolean {
  return isOpen(job, DBS_JOB_WORDS);
}

function missingOf({ versionNow, wanted }: SubmitBasis): readonly string[] {
  const installed = patchesOf(versionNow);
  return patchesOf(wanted).filter((patch) => !installed.includes(patch));
}
