import { z } from 'zod';
import type { Cancelled, Ticket, UpgradeRequest } from '../rollout/upgrade';
import type { CloudApi } from './api';
import { pathOf } from './api';
import { UnexpectedAnswerError } from './errors';
import type { CallOptions, Family } from './family';
import { cancelledBy } from './jobs';
import { ScheduleTasksAnswer } from './gaussdb-hotfix-answers';
import type { GaussdbReads } from './gaussdb-hotfix-reads';

const PAGE = 100;
// 2,000 tasks of a status. With more of them nobody can tell whose tasks a cancel would hit.
const MAX_PAGES = 20;

/**
 * Canceling a Scheduled Task (gaussdb_api_453).
 *
 * - one id may stand for several instances, and nothing says that a cancel takes only one of them:
 *   a task that others share is left alone
 * - in which states it is allowed is not documented, and it answers nothing: the list decides
 */
export function createGaussdbCancel(api: CloudApi, reads: GaussdbReads): Family['cancel'] {
  return async function cancel(request, ticket, options): Promise<Cancelled> {
    const { scope } = request;
    const before = await statusOf(request, ticket, options);
    // A new task may show late: looked for again by who calls this.
    if (before === null || ticket.id === null) {
      throw new UnexpectedAnswerError('gaussdb, cancelling: its scheduled task is not listed');
    }
    if (before !== 'Pending') return cancelledBy(before);
    const others = await othersOf(request, ticket.id, options);
    if (others === null) return notPossible('too many tasks are scheduled to tell whose it is');
    if (others.length > 0) {
      return notPossible(`its task is shared with ${others.join(', ')}: that would end as well`);
    }
    const doing = 'cancelling the scheduled task';
    const path = pathOf('v3', scope, 'instances', 'schedule-task', ticket.id, 'cancel');
    const call = { service: 'gaussdb', scope, doing, method: 'PUT', path } as const;
    const sent = await api.submit(call, z.unknown(), options);

    const after = await statusOf(request, ticket, options);
    if (after !== null && after !== 'Pending') return cancelledBy(after);
    const said = sent.state === 'answered' ? 'the cloud said yes' : sent.words;
    throw new UnexpectedAnswerError(
      `gaussdb, ${doing}: ${said}, and it is ${after ?? 'not listed'}`,
    );
  };

  async function statusOf(
    request: UpgradeRequest,
    ticket: Ticket,
    options?: CallOptions,
  ): Promise<string | null> {
    const tasks = await reads.scheduleTasks(request, options);
    return tasks.find(({ id }) => id === ticket.id)?.status ?? null;
  }

  /** Other instances for which the task stands and is not over; null: too many tasks to say. */
  async function othersOf(
    { scope, target }: UpgradeRequest,
    id: string,
    options?: CallOptions,
  ): Promise<readonly string[] | null> {
    const others: string[] = [];
    for (const status of ['Pending', 'Running']) {
      for (let page = 0; ; page += 1) {
        if (page === MAX_PAGES) return null;
        const { tasks } = await api.read(
          {
            service: 'gaussdb',
            scope,
            doing: 'listing scheduled tasks',
            method: 'GET',
            path: pathOf('v3', scope, 'instances', 'schedule-tasks'),
            query: { status, limit: String(PAGE), offset: String(page * PAGE) },
          },
          ScheduleTasksAnswer,
          options,
        );
        const shared = tasks.filter((task) => task.task_id === id);
        others.push(...shared.flatMap((task) => task.instance_id ?? []));
        if (tasks.length < PAGE) break;
      }
    }
    return others.filter((instanceId) => instanceId !== target.instanceId);
  }
}

function notPossible(words: string): Cancelled {
  return { state: 'notPossible', words };
}
