import { endedOf, noCounts } from './counts';
import { endByAbort } from './giving-up';
import type { TargetEnd } from './outcome';
import type { RolloutProgress, WavePart, WaveProgress } from './progress';
import { waitsAfter } from './waits';

/** The last step: no part will begin any more. What an abort kept from beginning is skipped. */
export function endRollout(progress: RolloutProgress, now: string): RolloutProgress {
  const parts = progress.parts.map((part): WavePart => {
    if (part.state === 'lost') return { ...part, counts: untold(part) };
    return part.state === 'pending' ? skipped(part) : part;
  });
  const waits = waitsAfter(progress.waits, null, now);
  return { ...progress, parts, endedAt: now, waitingFor: null, waits };
}

/** How the targets end of what has not begun and will not; null: it may still begin. */
export function endOfUnbegun(
  { aborting }: Pick<RolloutProgress, 'aborting'>,
  { skipped: leftOutBy }: Pick<WaveProgress, 'skipped'>,
): TargetEnd | null {
  return leftOutBy ?? (aborting ? endByAbort([]) : null);
}

/** A wave that does not begin: its targets are skipped. */
export function leftOut(progress: RolloutProgress, wave: string): RolloutProgress {
  const parts = progress.parts.map((part) => (part.wave === wave ? skipped(part) : part));
  return { ...progress, parts };
}

function skipped(part: WavePart): WavePart {
  const { total } = part.counts;
  return { ...part, state: 'ended', counts: { ...noCounts(), total, skipped: total } };
}

/** Of a wave that cannot tell any more, what had not ended is unknown. */
function untold({ counts }: WavePart): WavePart['counts'] {
  const unknown = counts.unknown + counts.total - endedOf(counts);
  return { ...counts, unknown, pending: 0, inFlight: 0 };
}
