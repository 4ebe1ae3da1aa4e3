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
import type { CallOptions, Family } from './family';
import type { FamilyTools } from './family-tools';
import type { Job } from './jobs';
import {
  dayBefore,
  DBS_JOB_WORDS,
  foreign,
  foundTicket,
  isBefore,
  isOpen,
  isOurs,
  jobOf,
  mayBeUnlisted,
  newest,
  notListedYet,
  progressByVersion,
  progressOf,
  reconcileByVersion,
  unlessOpen,
} from './jobs';
import { upgradeOf } from './request';
import { submissionOf } from './submission';
import { BatchUpgradeAnswer } from './taurusdb-instance-answers';
import { createTaurusdbCancel } from './taurusdb-instance-cancel';
import { createTaurusdbPreCheck } from './taurusdb-instance-pre-check';
import { createTaurusdbLook } from './taurusdb-instance-reads';
import type { ImmediateFilter, NamedJob, TaurusdbJobs } from './taurusdb-jobs';
import { readPendingSchedules } from './taurusdb-schedules';
import { asBefore, submitsTogether, type Item, type Items } from './together';
import { isAtLeast } from './versions';

/**
 * Upgrading Minor Versions of Instances in Batches (BatchUpgradeDatabases).
 *
 * - the answer has no id, and one word for all instances: where several share a call (at most a
 *   hundred of one version, by the pre-check's page) each is looked for afterwards
 * - no target version: always to the latest, and that in several steps from old kernels, so that one
 *   success need not be the last
 * - `delay` is a string in the page's table and a boolean in its example: a setting
 * - a delayed upgrade is in another list (`scheduled-jobs`) than an immediate one
 * - whether the batch call's jobs bear the name of the single call's is not documented; where none
 *   is listed the upgrade is followed by its version
 * - its pre-check is a call of its own, which not every region has
 */
const FAMILY = 'taurusdb-instance';
const JOB_NAME = 'UpgradeGaussDBforMySQLDatabaseVersion';
const SCHEDULE_NAME = 'VERSION_UPGRADE';

/** The family `taurusdb-instance`. */
export function createTaurusdbInstance(
  api: CloudApi,
  jobs: TaurusdbJobs,
  { formats, report }: FamilyTools,
): Family {
  const look = createTaurusdbLook(api, report);
  const cancel = createTaurusdbCancel(api, scheduledJobs);
  const submit = submitsTogether({ kindOf, sendAll, isAsBefore: asBefore(inspect) });
  const preCheck = createTaurusdbPreCheck(api);
  return { name: FAMILY, inspect, submit, preCheck, follow, reconcile, cancel };

  function kindOf({ request, basis }: Item): string {
    return JSON.stringify([upgradeOf(request, FAMILY).delay, basis.versionNow]);
  }

  async function inspect(request: UpgradeRequest, options?: CallOptions): Promise<Inspection> {
    const seen = await look(request, options);
    const { delay } = upgradeOf(request, FAMILY);
    // A scheduled upgrade does not show in the status: before one more is scheduled, look.
    const { wanted: asked } = options ?? {};
    const isThere = asked !== undefined && glimpse(seen, asked).isReached;
    const mayWait = delay && seen.state === 'ready' && seen.upgradable !== false && !isThere;
    if (seen.state !== 'busy' && !mayWait) return seen;

    const found =
      newest((await scheduledJobs(request, options)).filter(isUnderWay)) ??
      (seen.state === 'busy' ? await runningJob(request, options) : undefined);
    if (found === undefined) return seen;
    // Where the newest is not told, the present version would count as reached, whatever became of it.
    const ticket = seen.newestVersion ? foundTicket(found, seen.newestVersion, Date.now()) : null;
    return { ...seen, state: 'upgrading', ticket };
  }

  async function sendAll(items: Items, options?: CallOptions): Promise<readonly Submission[]> {
    const [{ request }] = items;
    const { scope } = request;
    const { delay } = upgradeOf(request, FAMILY);
    const since = new Date().toISOString();
    const sent = await api.submit(
      {
        service: 'taurusdb',
        scope,
        doing: 'submitting the kernel upgrade',
        method: 'POST',
        path: pathOf('v3', scope, 'instances', 'database-version', 'upgrade'),
        body: {
          databases_instance_infos: items.map(({ request: { target }, basis }) => ({
            current_version: basis.versionNow,
            instance_id: target.instanceId,
          })),
          delay: formats.delayFormat === 'string' ? String(delay) : delay,
        },
      },
      BatchUpgradeAnswer,
      options,
    );
    return items.map(({ basis: { wanted, versionNow } }) =>
      submissionOf(sent, ({ resp }) => {
        if (resp !== 'success') return { state: 'unknown', words: `the answer says "${resp}"` };
        // It may have left out one of several, and says nothing of it.
        if (items.length > 1) {
          return { state: 'unknown', words: `one success was told for ${items.length} instances` };
        }
        const ticket = { id: null, wanted, since, versionBefore: versionNow };
        return { state: 'accepted', ticket };
      }),
    );
  }

  async function follow(
    request: UpgradeRequest,
    ticket: Ticket,
    options?: CallOptions,
  ): Promise<Progress> {
    const { delay } = upgradeOf(request, FAMILY);
    const filter = { since: ticket.since, isSharable: true };
    const immediate = jobOf(await immediateJobs(request, filter, options), ticket);
    if (immediate !== undefined) return progressOf(immediate, DBS_JOB_WORDS, report);
    if (!delay && mayBeUnlisted(ticket, Date.now())) return notListedYet();
    // An adopted upgrade has an id, which may be a scheduled job's whatever the plan says.
    if (delay || ticket.id !== null) {
      const scheduled = jobOf(await scheduledJobs(request, options), ticket);
      if (scheduled !== undefined) return progressOf(scheduled, DBS_JOB_WORDS, report);
    }
    return progressByVersion(glimpse(await look(request, options), ticket.wanted), ticket);
  }

  async function reconcile(
    request: UpgradeRequest,
    lost: Ticket,
    options?: CallOptions,
  ): Promise<Reconciliation> {
    const filter = { since: lost.since, isSharable: false };
    const isFound = (one: Job) => isOurs(one, lost.since);
    const job =
      newest((await immediateJobs(request, filter, options)).filter(isFound)) ??
      newest((await scheduledJobs(request, options)).filter(isFound));
    if (job !== undefined) return { state: 'adopted', ticket: { ...lost, id: job.id } };
    const found = reconcileByVersion(glimpse(await look(request, options), lost.wanted), lost);
    if (found.state === 'absent') {
      const pending = await pendingSchedules(request, options);
      const ours = newest(pending.filter(isFound));
      if (ours !== undefined) return { state: 'adopted', ticket: { ...lost, id: ours.id } };
      const on = { ...request.target, since: dayBefore(lost.since) };
      const listed = await jobs.mayBeUpgrades(request.scope, on, options);
      return unlessOpen(found, [...listed, ...pending], DBS_JOB_WORDS);
    }
    const earlier = { since: dayBefore(lost.since), isSharable: true };
    const listed = await immediateJobs(request, earlier, options);
    const before = newest(listed.filter((one) => isBefore(one, lost.since, DBS_JOB_WORDS)));
    return before === undefined ? found : foreign(before, lost, Date.now());
  }

  async function runningJob(request: UpgradeRequest, options?: CallOptions) {
    // Known gap: an upgrade that began more than a day ago is not looked for, only waited for.
    const since = dayBefore(new Date().toISOString());
    const listed = await immediateJobs(request, { since, isSharable: true }, options);
    return newest(listed.filter(isUnderWay));
  }

  async function immediateJobs(
    { scope, target }: UpgradeRequest,
    filter: Pick<ImmediateFilter, 'since' | 'isSharable'>,
    options?: CallOptions,
  ): Promise<readonly Job[]> {
    const listed = await jobs.immediate(scope, { ...filter, name: JOB_NAME }, options);
    // A list that takes no notice of the name would have backups among its upgrades.
    const isOne = ({ name }: NamedJob) => name === '' || name === JOB_NAME;
    return listed.filter((job) => job.instanceId === target.instanceId && isOne(job));
  }

  function scheduledJobs(
    { scope, target }: UpgradeRequest,
    options?: CallOptions,
  ): Promise<readonly Job[]> {
    const filter = { instanceId: target.instanceId, name: SCHEDULE_NAME } as const;
    return jobs.scheduled(scope, filter, options);
  }

  /** An upgrade without delay makes none. */
  async function pendingSchedules(
    request: UpgradeRequest,
    options?: CallOptions,
  ): Promise<readonly Job[]> {
    if (!upgradeOf(request, FAMILY).delay) return [];
    const filter = { instanceId: request.target.instanceId, name: SCHEDULE_NAME } as const;
    return readPendingSchedules(api, request.scope, filter, options);
  }
}

function glimpse(seen: Inspection, wanted: string) {
  return { ...seen, isReached: isAtLeast(seen.version, wanted) };
}

function isUnderWay(job: Job): boolean {
  return isOpen(job, DBS_JOB_WORDS);
}
