import type { Plan } from '../rollout/plan';
import { counted } from './words';

/** `3 targets`, `3 targets and those that targets[1] discovers`: how many a plan is known to have. */
export function targetsWords({ targets, discover = [] }: Plan): string {
  const named = counted(targets.length, 'target');
  if (discover.length === 0) return named;
  const places = discover.map(({ at }) => at).join(', ');
  const found = `that ${places} ${discover.length === 1 ? 'discovers' : 'discover'}`;
  return targets.length === 0 ? `the targets ${found}` : `${named} and those ${found}`;
}

/** What cannot be told of a plan without the cloud; null when nothing of that kind is in it. */
export function offlineWords({ discover = [] }: Plan): string | null {
  if (discover.length === 0) return null;
  const places = discover.map(({ at }) => `${at}.discover`).join(', ');
  return `${places} cannot be resolved offline: what it finds is in no wave here, and in no number. A worker resolves it: upwave plan without --offline.`;
}
