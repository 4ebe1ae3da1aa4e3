import { ApplicationFailure } from '@temporalio/common';
import type { Calendar, Openings } from '../rollout/frozen-plan';
import { CalendarRefusedError, resolveOpenings as resolve } from '../rollout/windows';
import type { FailureType } from './failures';

/**
 * The instants between which attempts may begin, for 400 days from `from` on. An activity, because
 * zones and their rules are the machine's: a workflow must see the same instants at every replay.
 */
export async function resolveOpenings(
  calendar: Pick<Calendar, 'windows' | 'blackouts'>,
  from: string,
): Promise<Openings> {
  try {
    return await Promise.resolve(resolve(calendar, { from }));
  } catch (error) {
    if (!(error instanceof CalendarRefusedError)) throw error;
    throw ApplicationFailure.nonRetryable(
      `windows and blackouts: ${error.message}`,
      'BadCalendar' satisfies FailureType,
    );
  }
}
