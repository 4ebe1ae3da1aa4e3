import type { FleetPage, FleetPageRequest } from '../activities/discover';
import type { FleetProgress, FleetRow, FleetSearch } from '../rollout/fleet';
import { targetId } from '../rollout/ids';
import { fleetReads } from './queues';

/** What a listing has found so far. */
export interface FoundFleet extends FleetProgress {
  readonly rows: readonly FleetRow[];
}

/**
 * Lists a fleet page by page, each instance once; `tell` hears of every page. Pages are told apart by
 * their place in the list: one that changes meanwhile moves them.
 */
export async function findFleet(
  search: FleetSearch,
  tell: (found: FoundFleet) => void = () => undefined,
): Promise<FoundFleet> {
  const { listFleet } = fleetReads();
  const rows = new Map<string, FleetRow>();
  let found: FoundFleet = { rows: [], seen: 0, total: null, isSteady: true };
  for (let from: number | null = 0; from !== null;) {
    const request: FleetPageRequest = { search, from };
    const page: FleetPage = await listFleet.executeWithOptions({ summary: summaryOf(request) }, [
      request,
    ]);
    for (const row of page.rows) if (!rows.has(targetId(row))) rows.set(targetId(row), row);
    found = {
      rows: [...rows.values()],
      seen: from + page.listed,
      total: page.total,
      isSteady: found.isSteady && isSteady(request, page, found),
    };
    from = page.next;
    tell(found);
  }
  return found;
}

function isSteady({ from }: FleetPageRequest, page: FleetPage, before: FoundFleet): boolean {
  if (page.total === null) return true;
  const isEnd = page.next === null;
  const isSame = from === 0 || page.total === before.total;
  return isSame && (!isEnd || from + page.listed === page.total);
}

function summaryOf({ search, from }: FleetPageRequest): string {
  return `list ${search.family}, from instance ${from + 1}`;
}
