import type { Inspection, Progress, Reconciliation, Submission, Ticket } from '../rollout/upgrade';
import type { UpgradeRequest } from '../rollout/upgrade';
import type { CloudApi } from './api';
import { pathOf } from './api';
import type { CallOptions, Family, SubmitBasis } from './family';
import { cannotCancel } from './family-tools';
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
import type { NamedJob, TaurusdbJobs } from './taurusdb-jobs';
import { UpgradeProxyAnswer } from './taurusdb-proxy-answers';
import { proxyIdOf, readProxy } from './taurusdb-proxy-reads';
import { readUpdateResult } from './taurusdb-proxy-verdict';
import { isAtLeast } from './versions';

/**
 * Upgrading the Kernel Version of a Proxy Instance (UpgradeProxyVersion).
 *
 * - HTTP 200 may hold a REJECT, with a workflow id of its own; see `taurusdb-proxy-verdict.ts`
 * - the target version may equal the source version: an upgrade to the same version is legal
 * - no page says which call takes a workflow id; `/jobs` does in the vendor's Terraform provider.
 *   Where it does not, the upgrade is found in the instant tasks or followed by its version
 * - no status word means "upgrading", and the proxy list has no version
 * - an instant task names its instance, not its proxy: of two proxies upgraded at once the tasks
 *   could be mixed up, which one attempt per instance prevents for our own
 */
const FAMILY = 'taurusdb-proxy';

/** The family `taurusdb-proxy`. */
export function createTaurusdbProxy(
  api: CloudApi,
  jobs: TaurusdbJobs,
  { report }: FamilyTools,
): Family {
  return { name: FAMILY, inspect, submit, follow, reconcile, cancel: cannotCancel };

  async function inspect(request: UpgradeRequest, options?: CallOptions): Promise<Inspection> {
    const { seen } = await readProxy(api, request, report, options);
    // Only then: a proxy at rest has nothing under way that a list could show.
    if (seen.state !== 'busy') return seen;

    const { scope, target } = request;
    const listed = await jobs.immediate(
      scope,
      // Known gap: an upgrade that began more than a day ago is not looked for, only waited for.
      { since: dayBefore(new Date().toISOString()), isSharable: true },
      // After the read that shows it busy: what began by then is listed, or soon will be.
      options,
    );
    const found =
      newest(listed.filter((job) => isUpgradeOf(job, request) && isUnderWay(job))) ??
      newest((await jobs.scheduled(scope, scheduledOf(target), options)).filter(isUnderWay));
    if (found === undefined) return seen;
    const wanted = upgradeOf(request, FAMILY).targetVersion;
    return { ...seen, state: 'upgrading', ticket: foundTicket(found, wanted, Date.now()) };
  }

  async function submit(
    request: UpgradeRequest,
    { versionNow, wanted }: SubmitBasis,
    options?: CallOptions,
  ): Promise<Submission> {
    const { scope, target } = request;
    const proxyId = proxyIdOf(request);
    const since = new Date().toISOString();
    const sent = await api.submit(
      {
        service: 'taurusdb',
        scope,
        doing: 'submitting the proxy upgrade',
        method: 'POST',
        path: pathOf(
          'v3',
          scope,
          'instances',
          target.instanceId,
          'proxy',
          proxyId,
          'upgrade-version',
        ),
        body: { source_version: versionNow, target_version: wanted },
      },
      UpgradeProxyAnswer,
      options,
    );
    const ticket: Ticket = { id: null, wanted, since, versionBefore: versionNow };
    return submissionOf(sent, (answer) =>
      readUpdateResult(answer, { proxyId, instanceId: target.instanceId }, ticket),
    );
  }

  async function follow(
    request: UpgradeRequest,
    ticket: Ticket,
    options?: CallOptions,
  ): Promise<Progress> {
    if (ticket.id !== null) {
      const { instanceId } = request.target;
      const wanted = { id: ticket.id, instanceId, since: ticket.since };
      const job = await jobs.find(request.scope, wanted, options);
      if (job !== null) return progressOf(job, DBS_JOB_WORDS, report);
    }
    if (mayBeUnlisted(ticket, Date.now())) return notListedYet();
    const { expectMs, ...look } = await readProxy(api, request, report, options);
    const seen = glimpse(look.seen, ticket.wanted);
    if (seen.isReached && seen.state === 'ready') return { state: 'succeeded' };
    const listed = await listUpgrades(request, ticket.since, { isSharable: true }, options);
    // The list may know the upgrade by another id than the workflow's: no page says that they are one.
    const job = jobOf(listed, ticket) ?? jobOf(listed, { ...ticket, id: null });
    if (job !== undefined) return progressOf(job, DBS_JOB_WORDS, report);
    const progress = progressByVersion(seen, ticket);
    return progress.state === 'running' ? { ...progress, expectMs } : progress;
  }

  async function reconcile(
    request: UpgradeRequest,
    lost: Ticket,
    options?: CallOptions,
  ): Promise<Reconciliation> {
    const listed = await listUpgrades(request, lost.since, { isSharable: false }, options);
    const job =
      newest(listed.filter((one) => isOurs(one, lost.since))) ??
      newest(
        (await jobs.scheduled(request.scope, scheduledOf(request.target), options)).filter((one) =>
          isOurs(one, lost.since),
        ),
      );
    if (job !== undefined) return { state: 'adopted', ticket: { ...lost, id: job.id } };
    const { seen } = await readProxy(api, request, report, options);
    const found = reconcileByVersion(glimpse(seen, lost.wanted), lost);
    if (found.state === 'absent') {
      const on = { ...request.target, since: dayBefore(lost.since) };
      const listedNow = await jobs.mayBeUpgrades(request.scope, on, options);
      return unlessOpen(found, listedNow, DBS_JOB_WORDS);
    }
    const before = newest(
      (await listUpgrades(request, dayBefore(lost.since), { isSharable: true }, options)).filter(
        (one) => isBefore(one, lost.since, DBS_JOB_WORDS),
      ),
    );
    return before === undefined ? found : foreign(before, lost, Date.now());
  }

  async function listUpgrades(
    request: UpgradeRequest,
    since: string,
    { isSharable }: { readonly isSharable: boolean },
    options?: CallOptions,
  ): Promise<readonly NamedJob[]> {
    const listed = await jobs.immediate(request.scope, { since, isSharable }, options);
    return listed.filter((job) => isUpgradeOf(job, request));
  }
}

function glimpse(seen: Inspection, wanted: string) {
  return { ...seen, isReached: isAtLeast(seen.version, wanted) };
}

/** No page names the task of a proxy upgrade; all proxy tasks it does name are about other things. */
function isUpgradeOf(job: NamedJob, { target }: UpgradeRequest): boolean {
  const isUpgrade = /proxy/i.test(job.name) && /upgrade|version/i.test(job.name);
  return job.instanceId === target.instanceId && isUpgrade;
}

function scheduledOf({ instanceId, proxyId }: UpgradeRequest['target']) {
  return { instanceId, name: 'PROXY_VERSION_UPGRADE', proxyId: proxyId ?? '' } as const;
}

function isUnderWay(job: Job): boolean {
  return isOpen(job, DBS_JOB_WORDS);
}
