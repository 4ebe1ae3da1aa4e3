import { getClient, log } from '@temporalio/activity';
import { learnFrom } from '../rollout/expected';
import type { Rules } from '../rollout/frozen-plan';
import { wordsOf } from '../rollout/problem';
import type { FamilyName } from '../rollout/upgrade';

// What took so long last year says little; and a page of them is one quick read.
const NEWEST = 200;

const ASK_WITHIN_MS = 5_000;

/**
 * How long upgrades of each family took that succeeded, in whatever rollout of the namespace: nine in
 * ten of the newest no longer than this. Families with too few are left out. Never fails: without
 * this knowledge a rollout is less careful about the end of a window, and no more than that.
 */
export async function learnDurations(families: readonly FamilyName[]): Promise<Rules['learned']> {
  const learned: Partial<Record<FamilyName, number>> = {};
  for (const family of families) {
    try {
      const ms = learnFrom(await durationsOf(family));
      if (ms !== null) learned[family] = ms;
    } catch (error) {
      const words = wordsOf(error);
      log.warn('Earlier upgrades could not be read: how long one takes is not known', {
        family,
        words,
      });
    }
  }
  return learned;
}

async function durationsOf(family: FamilyName): Promise<readonly number[]> {
  const client = getClient();
  const durations: number[] = [];
  const query = [
    `WorkflowType = 'upgrade'`,
    `ExecutionStatus = 'Completed'`,
    `UpwaveFamily = '${family}'`,
    `UpwaveOutcome = 'succeeded'`,
  ].join(' AND ');
  await client.withDeadline(Date.now() + ASK_WITHIN_MS, async () => {
    // Visibility gives the newest first.
    for await (const { startTime, closeTime } of client.workflow.list({
      query,
      pageSize: NEWEST,
    })) {
      if (closeTime) durations.push(closeTime.getTime() - startTime.getTime());
      if (durations.length >= NEWEST) return;
    }
  });
  return durations;
}
