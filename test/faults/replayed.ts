import { join } from 'node:path';
import { Worker } from '@temporalio/worker';
import { dataConverter } from '../../temporal/payload-codec';
import type { HistoryText } from './evidence';

const BUNDLE = join(__dirname, '..', '..', 'dist', 'workflow-bundle.js');

/** Gives the workflows their histories again; each that decides otherwise this time, in words. */
export async function notReplayed(histories: readonly HistoryText[]): Promise<readonly string[]> {
  const found: string[] = [];
  const given = histories.map(({ workflowId, json }) => ({
    workflowId,
    history: JSON.parse(json) as unknown,
  }));
  const results = Worker.runReplayHistories(
    { workflowBundle: { codePath: BUNDLE }, dataConverter },
    given,
  );
  for await (const { workflowId, error } of results) {
    if (error) found.push(`${workflowId}: ${error.message}`);
  }
  return found;
}
