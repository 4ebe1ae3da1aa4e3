import { setCurrentDetails, setHandler } from '@temporalio/workflow';
import type { FleetProgress, FleetSearch } from '../rollout/fleet';
import { findFleet, type FoundFleet } from './fleet';
import { discovered } from './messages';

/** What a listing came to. Its rows are asked for by query: of a large fleet no result bears them. */
export interface DiscoverResult extends FleetProgress {
  readonly found: number;
}

// 300 bytes or so each before they are compressed.
const ROWS_IN_ANSWER = 1_000;

/** Lists the instances of a family; reads only. Its rows are there as soon as their page is. */
export async function discover(search: FleetSearch): Promise<DiscoverResult> {
  let found: FoundFleet = { rows: [], seen: 0, total: null, isSteady: true };
  let isComplete = false;
  setHandler(discovered, (from) => ({
    ...found,
    rows: found.rows.slice(from, from + ROWS_IN_ANSWER),
    found: found.rows.length,
    isComplete,
  }));

  await findFleet(search, (now) => {
    found = now;
    setCurrentDetails(`${detailsOf(now)} listed, ${now.rows.length} found`);
  });
  isComplete = true;
  const { rows, ...progress } = found;
  return { ...progress, found: rows.length };
}

function detailsOf({ seen, total }: FleetProgress): string {
  return total === null ? `${seen}` : `${seen} of ${total}`;
}
