import { targetKey } from '../../rollout/ids';
import type { Action } from '../../rollout/outcome';
import type { RolloutStatus } from '../../rollout/status';
import type { TargetState } from '../../rollout/wave-state';
import { bakeWords, endLine, waitWords } from '../summary';
import { actionWords, counted, countsWords, hasEnded } from '../words';

/** A target of a wave that has ended since the last look. */
export interface EndedTarget {
  readonly wave: string;
  readonly state: TargetState;
}

/** What tells one end of one target from others: a person may have it retried. */
export function tellingKey(wave: string, { target, endedAt }: TargetState): string {
  return [wave, targetKey(target), endedAt].join('\n');
}

/** Targets that have ended and are not among those told before, in the order of their end. */
export function newlyEnded(
  wave: string,
  targets: readonly TargetState[],
  told: ReadonlySet<string>,
): EndedTarget[] {
  return targets
    .filter((state) => state.status === 'ended' && !told.has(tellingKey(wave, state)))
    .sort((a, b) => (a.endedAt ?? '').localeCompare(b.endedAt ?? ''))
    .map((state) => ({ wave, state }));
}

/** The line of a target that ended. */
export function endedLine({ wave, state }: EndedTarget): string {
  return `${clock(state.endedAt)}  ${endLine(state, wave)}`;
}

/** Lines for a log: what began comes before the targets that ended, what ended after them. */
export interface Changes {
  readonly begun: readonly string[];
  readonly ended: readonly string[];
}

/** What is new between two looks at the status: for a log, where nothing is drawn again. */
export function changeLines(
  before: RolloutStatus | null,
  after: RolloutStatus,
  now: Date,
): Changes {
  const at = (line: string) => `${clock(now.toISOString())}  ${line}`;
  const begun: string[] = [];
  const ended: string[] = [];
  if (!before) begun.push(`${after.rolloutId}: ${after.state}`);
  if (after.frozen && !before?.frozen) {
    begun.push(
      `${counted(after.counts.total, 'target')} in ${counted(after.waves.length, 'wave')}`,
    );
  }
  for (const wave of after.waves) {
    const was = before?.waves.find(({ name }) => name === wave.name)?.state ?? 'pending';
    const running = wave.state !== 'pending' && (before !== null || !hasEnded(wave.state));
    if (was === 'pending' && running) begun.push(`wave ${wave.name} began`);
    if (was !== wave.state && hasEnded(wave.state)) {
      ended.push(`wave ${wave.name} ${wave.state}: ${countsWords(wave.counts)}`);
    }
  }
  ended.push(...actsSince(before, after), ...verdictsSince(before, after));
  if (before && before.state !== after.state) ended.push(`now ${after.state}`);
  const { waitingFor } = after;
  if (waitingFor && waitingFor.words !== before?.waitingFor?.words) {
    ended.push(`waiting: ${waitWords(waitingFor, now)}`);
  }
  return { begun: begun.map(at), ended: ended.map(at) };
}

// Pausing, resuming and aborting the whole rollout shows in its state.
function actsSince(before: RolloutStatus | null, { actions }: RolloutStatus): string[] {
  if (!before) return [];
  const isShown = ({ action, wave }: Action) =>
    wave || !(action === 'pause' || action === 'resume' || action === 'abort');
  return actions.slice(before.actions.length).filter(isShown).map(actionWords);
}

function verdictsSince(before: RolloutStatus | null, { waves }: RolloutStatus): string[] {
  return waves.flatMap(({ name, bake }) => {
    const was = before?.waves.find((wave) => wave.name === name)?.bake?.state;
    return bake && bake.state !== was ? [`wave ${name}: ${bakeWords(bake)}`] : [];
  });
}

function clock(instant: string | null): string {
  return (instant ?? '').slice(11, 19) || '--:--:--';
}
