import { meant } from '../rollout/did-you-mean';
import type { Connected } from '../temporal/connect';
import { PersonError } from './errors';
import { askServer } from './workers';

/** A rollout as visibility lists it. */
export interface RolloutEntry {
  readonly rolloutId: string;
  /** When its first run started: a rollout that continues as new keeps its age. */
  readonly startedAt: Date;
  /** When its last run ended; null while it runs. */
  readonly endedAt: Date | null;
  /** Temporal's word for how its last run stands. */
  readonly execution: string;
}

interface Run {
  readonly workflowId: string;
  readonly startTime: Date;
  readonly closeTime?: Date;
  readonly status: { readonly name: string };
}

const ALL = "WorkflowType = 'rollout'";

/** Every rollout that the server remembers, or those of one plan; newest first. */
export async function listRollouts(server: Connected, planName?: string): Promise<RolloutEntry[]> {
  // The slash at the end keeps apart names of which one is the beginning of another.
  const ofPlan =
    planName === undefined ? '' : ` AND WorkflowId STARTS_WITH '${quoted(`rollout/${planName}/`)}'`;
  const query = ALL + ofPlan;
  const runs = await askServer(server, async () => {
    const found: Run[] = [];
    for await (const run of server.client.workflow.list({ query, pageSize: 1000 })) found.push(run);
    return found;
  });
  return joinRuns(runs);
}

/** The id of the rollout that a person named: a full id, or a plan's name for its newest rollout. */
export async function findRollout(server: Connected, named: string): Promise<string> {
  // Whoever pastes the id of a wave means its rollout.
  if (named.startsWith('rollout/')) return named.split('/').slice(0, 3).join('/');

  const [newest] = await listRollouts(server, named);
  if (newest) return newest.rolloutId;
  // Only words are wanted: a list that cannot be had must not hide what is known.
  const all = await listRollouts(server).catch(() => []);
  const suggestion = meant(named, [...new Set(all.map(({ rolloutId }) => planNameOf(rolloutId)))]);
  const words = suggestion === null ? '.' : `: ${suggestion}${suggestion.endsWith('?') ? '' : '.'}`;
  throw new PersonError(
    `There is no rollout of a plan named ${named}${words} Nothing was done. What there is: upwave list`,
  );
}

/** Runs of one rollout (one after each continue-as-new) become one entry; newest first. */
export function joinRuns(runs: readonly Run[]): RolloutEntry[] {
  const byId = new Map<string, Run[]>();
  for (const run of runs) {
    byId.set(run.workflowId, [...(byId.get(run.workflowId) ?? []), run]);
  }
  return [...byId.values()]
    .map(toEntry)
    .sort((a, b) => b.startedAt.getTime() - a.startedAt.getTime());
}

/** The plan's name in a rollout's id. */
export function planNameOf(rolloutId: string): string {
  return rolloutId.split('/')[1] ?? rolloutId;
}

function toEntry(runs: readonly Run[]): RolloutEntry {
  const inOrder = [...runs].sort((a, b) => a.startTime.getTime() - b.startTime.getTime());
  const [first, last] = [inOrder[0], inOrder.at(-1)];
  if (!first || !last) throw new Error('a rollout without a run');
  return {
    rolloutId: first.workflowId,
    startedAt: first.startTime,
    endedAt: last.closeTime ?? null,
    execution: last.status.name,
  };
}

function quoted(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll("'", "\\'");
}
