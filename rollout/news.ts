import { placesOf, type Admission } from './admission';
import { countsOf, endedOf } from './counts';
import type { PartNews, WavePart } from './progress';
import type { WaveState } from './wave-state';

/** What a wave has to tell its rollout. */
export interface News {
  readonly news: PartNews;
  /** The same text as last time: nothing in it is worth a message. */
  readonly digest: string;
}

/**
 * Where a wave, or a part of one, stands: told at each whole percent and when what it waits for
 * changes. A part of several tells more: the others stop by what it has used, and go on with what
 * it gives back.
 */
export function newsOf(
  state: WaveState,
  { part }: Pick<WavePart, 'part'>,
  { wait, wants: wanted }: Pick<Admission, 'wait' | 'wants'>,
): News {
  const { terms, returned } = state;
  const counts = countsOf(state.targets);
  const percent = Math.floor((100 * endedOf(counts)) / counts.total);
  // One at least: a part that says that it needs nothing lets the next one begin.
  const wants = Math.min(wanted, Math.max(1, terms.keep - placesOf(state)));
  const { rejected, failed, unknown } = counts;
  const shared = terms.shares ? [returned, wants, rejected, failed, unknown] : [];
  return {
    news: { wave: state.wave.name, part, counts, returned, wants, waitingFor: wait },
    digest: JSON.stringify([percent, wait, ...shared]),
  };
}
