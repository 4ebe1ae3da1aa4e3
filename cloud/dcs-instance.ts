import type {
  CacheUpgrade,
  Inspection,
  Progress,
  Reconciliation,
  Submission,
  Ticket,
  UpgradeRequest,
} from '../rollout/upgrade';
import type { CloudApi } from './api';
import { pathOf } from './api';
import { UpgradeAnswer } from './dcs-instance-answers';
import type { ProgressAnswer } from './dcs-instance-answers';
import type { NamedTask } from './dcs-instance-lists';
import { createDcsLists, DCS_JOB_WORDS, isExecuting } from './dcs-instance-lists';
import { createDcsLook } from './dcs-instance-reads';
import type { CallOptions, Family, SubmitBasis } from './family';
import { cannotCancel } from './family-tools';
import type { FamilyTools } from './family-tools';
import {
  foreign,
  foundTicket,
  isBefore,
  isOpen,
  isOurs,
  mayBeUnlisted,
  newest,
  notListedYet,
  percentOf,
  progressByVersion,
  progressOf,
  reconcileByVersion,
  running,
  unlessOpen,
} from './jobs';
import { upgradeOf } from './request';
import { submissionOf } from './submission';
import { isAtLeast } from './versions';

/**
 * Upgrading the Minor or Proxy Version of an Instance (UpgradeInstanceMinorVersion).
 *
 * - both body fields are optional, and no page says what an empty body does: only the components
 *   that the upgrade names are sent, and one always is
 * - the page takes a version, the user guide says that only `latest` can be had
 * - conflicts come as 400, and `error_ext_msg` is always null
 * - no status word means "upgrading"; `service_upgrade` and `service_task_id` may show it, though no
 *   page says so of a minor version
 * - the progress of a task has no status of the whole; the task list has one, without an enum, and
 *   without a name for an upgrade: tasks are told by id, or by not being one of the named others
 */
const FAMILY = 'dcs-instance';

/** Tasks with documented names, all of other operations; then such as name another one. */
const OTHER_TASKS =
  /^(EXTEND|ChangeInstanceSpec|(Un)?BindEip|(Add|Del)Replica|AddWhitelist|UpdatePort|RemoveIpFromDns|masterStandbySwapJob|modify)$|backup|restor|restart|flush|password/i;

/** The family `dcs-instance`. */
export function createDcsInstance(api: CloudApi, { report }: FamilyTools): Family {
  const lists = createDcsLists(api);
  const look = createDcsLook(api, lists, report);
  return { name: FAMILY, inspect, submit, follow, reconcile, cancel: cannotCancel };

  async function inspect(request: UpgradeRequest, options?: CallOptions): Promise<Inspection> {
    const { seen, serviceTaskId } = await look(request, options);
    if (seen.state !== 'busy' && seen.state !== 'upgrading') return seen;

    const now = new Date();
    const wanted = wantedOf(upgradeOf(request, FAMILY), seen);
    if (serviceTaskId !== null) {
      const since = now.toISOString();
      const ticket = { id: serviceTaskId, since, versionBefore: null };
      return { ...seen, ticket: wanted === null ? null : { ...ticket, wanted } };
    }
    const { instanceId } = request.target;
    const around = { instanceId, since: now.toISOString() };
    const tasks = await lists.tasksAround(request.scope, around, options);
    const found = newest(tasks.filter((task) => mayBeUpgrade(task) && isOpen(task, DCS_JOB_WORDS)));
    if (found === undefined) return seen;
    const ticket = wanted === null ? null : foundTicket(found, wanted, now.getTime());
    return { ...seen, state: 'upgrading', ticket };
  }

  async function submit(
    request: UpgradeRequest,
    { versionNow, wanted }: SubmitBasis,
    options?: CallOptions,
  ): Promise<Submission> {
    const { scope, target } = request;
    const { engineMinorVersion, proxyMinorVersion } = upgradeOf(request, FAMILY);
    const since = new Date().toISOString();
    const sent = await api.submit(
      {
        service: 'dcs',
        scope,
        doing: 'submitting the minor version upgrade',
        method: 'POST',
        path: pathOf('v2', scope, 'instances', target.instanceId, 'minor-version', 'upgrade'),
        body: {
          ...(engineMinorVersion === null ? {} : { engine_minor_version: engineMinorVersion }),
          ...(proxyMinorVersion === null ? {} : { proxy_minor_version: proxyMinorVersion }),
        },
      },
      UpgradeAnswer,
      options,
    );
    return submissionOf(sent, ({ task_id: id }) => ({
      state: 'accepted',
      ticket: { id, wanted, since, versionBefore: versionNow },
    }));
  }

  async function follow(
    request: UpgradeRequest,
    ticket: Ticket,
    options?: CallOptions,
  ): Promise<Progress> {
    const { scope, target } = request;
    const { id, since } = ticket;
    const { instanceId } = target;
    // Without an id there is no task to be told from others; the list still says if all is well.
    if (id === null) await lists.tasksAround(scope, { instanceId, since }, options);
    const key = id === null ? null : { id, since, instanceId };
    const { task, progress } = key === null ? NOTHING : await lists.task(scope, key, options);
    if (progress !== null && isExecuting(progress)) return runningOf(progress);
    if (key === null || task === null) {
      if (mayBeUnlisted(ticket, Date.now())) return notListedYet();
      const { seen } = await look(request, options);
      return progressByVersion(glimpse(seen, ticket.wanted), ticket);
    }
    const stands = progressOf(task, DCS_JOB_WORDS, report);
    switch (stands.state) {
      case 'running':
        return progress === null ? stands : runningOf(progress, task.status);
      case 'failed': {
        const steps = progress ?? (await lists.progress(scope, key, options));
        return { state: 'failed', words: failedStep(steps) ?? stands.words };
      }
      case 'succeeded':
        return stands;
    }
  }

  async function reconcile(
    request: UpgradeRequest,
    lost: Ticket,
    options?: CallOptions,
  ): Promise<Reconciliation> {
    const around = { instanceId: request.target.instanceId, since: lost.since };
    const tasks = await lists.tasksAround(request.scope, around, options);
    const ours = tasks.filter((task) => isOurs(task, lost.since));
    const { seen, serviceTaskId } = await look(request, options);
    const task = ours.find(({ id }) => id === serviceTaskId) ?? newest(ours.filter(mayBeUpgrade));
    if (task !== undefined) return { state: 'adopted', ticket: { ...lost, id: task.id } };
    const found = reconcileByVersion(glimpse(seen, lost.wanted), lost);
    const earlier = tasks.filter((one) => isBefore(one, lost.since, DCS_JOB_WORDS));
    const before =
      earlier.find(({ id }) => id === serviceTaskId) ?? newest(earlier.filter(mayBeUpgrade));
    // At rest, with the version unchanged, there is nothing that another's task would explain.
    if (found.state === 'absent') {
      return unlessOpen(found, tasks.filter(mayBeUpgrade), DCS_JOB_WORDS);
    }
    if (before === undefined) return found;
    return foreign(before, lost, Date.now());
  }
}

const NOTHING = { task: null, progress: null };

function mayBeUpgrade({ name }: NamedTask): boolean {
  return !OTHER_TASKS.test(name);
}

function runningOf(
  { progress, remain_time: seconds, step_details: steps }: ProgressAnswer,
  status?: string,
): Progress {
  const step = (steps ?? []).find((one) => one.step_status === 'EXECUTING');
  const remainingMs = typeof seconds === 'number' && seconds > 0 ? seconds * 1000 : null;
  const words = step?.step_name ? `EXECUTING ${step.step_name}` : 'EXECUTING';
  return running(status ?? words, percentOf(progress), remainingMs);
}

function failedStep(progress: ProgressAnswer | null): string | null {
  const step = progress?.step_details?.find((one) => one.step_status === 'FAILED');
  if (step === undefined) return null;
  const code = step.error_code ? ` with ${step.error_code}` : '';
  return `step ${step.step_name || 'without a name'} failed${code}`;
}

/** Null: the newest, which the cloud does not tell; the present one would count as reached at once. */
function wantedOf(upgrade: CacheUpgrade, { newestVersion }: Inspection): string | null {
  const newestParts = newestVersion?.split('/') ?? [];
  const wanted = [upgrade.engineMinorVersion, upgrade.proxyMinorVersion]
    .filter((asked) => asked !== null)
    .map((asked, i) => (asked === 'latest' ? newestParts[i] : asked));
  return wanted.every(Boolean) ? wanted.join('/') : null;
}

function glimpse(seen: Inspection, wanted: string) {
  return { ...seen, isReached: isAtLeast(seen.version, wanted) };
}
