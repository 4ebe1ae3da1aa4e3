import PQueue from 'p-queue';
import { isRefused } from '../cloud/errors';
import type { CallOptions } from '../cloud/family';
import type { Fleet, FleetPage, Fleets } from '../cloud/fleet';
import { isUpgradable, type FleetRow, type FleetSearch } from '../rollout/fleet';
import { whileBeating } from './beating';
import { isFinal, isOfOne, toFailure } from './failures';
import { beforeNextTry, tried, TRIES } from './tries';

export type { FleetPage } from '../cloud/fleet';

/** Which page of which list. */
export interface FleetPageRequest {
  readonly search: FleetSearch;
  /** Instances before it. */
  readonly from: number;
}

// Few enough that reads for rollouts, which are as urgent, soon get their turn between them.
const CALLS_AT_ONCE = 8;

// Where each instance costs a call, a page is what one lost worker costs, and a step of the progress.
const ROWS_WITH_CALLS = 50;
const ROWS = 500;

// Where the worker's share of calls is small, as 200 in five minutes, a page takes its time.
const WAITS_MS = 900_000;

/** One page of a fleet: those that match, complete. Errors of the cloud fail the page. */
export function createListFleet(fleets: Fleets) {
  return async function listFleet({ search, from }: FleetPageRequest): Promise<FleetPage> {
    const fleet = fleets[search.family];
    const atMost = search.versions ? ROWS_WITH_CALLS : ROWS;
    try {
      return await whileBeating(async (signal) => {
        const options = { signal, patienceMs: WAITS_MS };
        const page = await tried(() => fleet.list(search, { from, atMost }, options));
        const rows = await completed(fleet, { search, rows: page.rows, options });
        return { ...page, rows: search.upgradable ? rows.filter(isUpgradable) : rows };
      });
    } catch (error) {
      throw toFailure(error, { final: isFinal(error) });
    }
  };
}

async function completed(
  fleet: Fleet,
  page: {
    readonly search: FleetSearch;
    readonly rows: readonly FleetRow[];
    readonly options: CallOptions;
  },
): Promise<readonly FleetRow[]> {
  const queue = new PQueue({ concurrency: CALLS_AT_ONCE });
  const { search, options } = page;
  const tasks = byInstance(page.rows).map((rows) => async () => {
    try {
      return await completeOf(rows);
    } catch (error) {
      return withProblem(rows, error);
    }
  });
  try {
    return (await queue.addAll(tasks)).flat();
  } finally {
    // What fails the page makes the calls needless that wait.
    queue.clear();
  }

  /** The list has just said that they are there: who is not must be missed several times. */
  async function completeOf(rows: readonly FleetRow[]): Promise<readonly FleetRow[]> {
    for (let tries = 1; ; tries += 1) {
      const read = await tried(() => fleet.complete(search, rows, options));
      if (read.length === rows.length || tries === TRIES) return read;
      await beforeNextTry();
    }
  }
}

/**
 * What is said of one instance alone is told of its rows; anything else fails the page. An instance
 * of which the cloud does not want to be asked that, for good, has nothing to upgrade to.
 */
function withProblem(rows: readonly FleetRow[], error: unknown): readonly FleetRow[] {
  if (!isOfOne(error)) throw error;
  const upgradable = isRefused(error, 'forGood') ? false : null;
  return rows.map((row) => ({ ...row, upgradable, problem: error.message }));
}

function byInstance(rows: readonly FleetRow[]): readonly (readonly FleetRow[])[] {
  const groups = new Map<string, FleetRow[]>();
  for (const row of rows) {
    const group = groups.get(row.instanceId);
    if (group === undefined) groups.set(row.instanceId, [row]);
    else group.push(row);
  }
  return [...groups.values()];
}
