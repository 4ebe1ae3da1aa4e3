import { condition } from '@temporalio/workflow';
import { msBetween } from '../rollout/instants';
import type { Wait } from '../rollout/outcome';

/** The workflow's own clock: the same instant again at every replay. */
export function now(): string {
  return new Date().toISOString();
}

/** Until something has changed, or the instant has come that is waited for. */
export async function untilChanged(changed: () => boolean, wait: Wait | null): Promise<void> {
  if (!wait?.until) return condition(changed);
  await condition(changed, Math.max(1, msBetween(now(), wait.until)), { summary: wait.words });
}
