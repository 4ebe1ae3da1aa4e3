import { z } from 'zod';
import type { Cancelled, UpgradeRequest } from '../rollout/upgrade';
import type { CloudApi } from './api';
import { pathOf } from './api';
import { UnexpectedAnswerError } from './errors';
import type { CallOptions, Family } from './family';
import type { Job } from './jobs';
import { cancelledBy, hasNotBegun, jobOf } from './jobs';

const CancelAnswer = z.object({ job_ids: z.string().array().nullish() });

/**
 * Canceling a Scheduled Task (CancelScheduleTask): a DELETE with a body, whose answer lists what was
 * really cancelled. Running jobs cannot be cancelled, and immediate upgrades run at once.
 */
export function createTaurusdbCancel(
  api: CloudApi,
  scheduledJobs: (request: UpgradeRequest, options?: CallOptions) => Promise<readonly Job[]>,
): Family['cancel'] {
  return async function cancel(request, ticket, options): Promise<Cancelled> {
    const { scope } = request;
    const before = jobOf(await scheduledJobs(request, options), ticket);
    if (before === undefined) {
      // A new job may show late: looked for again by who calls this.
      throw new UnexpectedAnswerError('taurusdb, cancelling: no scheduled job of it is listed');
    }
    if (!hasNotBegun(before)) return cancelledBy(before.status);

    const doing = 'cancelling the scheduled upgrade';
    const path = pathOf('v3', scope, 'scheduled-jobs');
    const body = { job_ids: [before.id] };
    const call = { service: 'taurusdb', scope, doing, method: 'DELETE', path, body } as const;
    const sent = await api.submit(call, CancelAnswer, options);

    const isNamed = sent.state === 'answered' && sent.answer.job_ids?.includes(before.id) === true;
    const jobs = await scheduledJobs(request, options);
    const after = jobs.find(({ id }) => id === before.id);
    if (after !== undefined && !hasNotBegun(after)) return cancelledBy(after.status);
    // Nothing says that a cancelled job stays in the list.
    if (after === undefined && isNamed) return { state: 'cancelled' };
    const said = sent.state === 'answered' ? 'the answer does not name it' : sent.words;
    const words = isNamed ? 'the answer names it' : said;
    throw new UnexpectedAnswerError(
      `taurusdb, ${doing}: ${words}, and it is ${after?.status ?? 'not listed'}`,
    );
  };
}
