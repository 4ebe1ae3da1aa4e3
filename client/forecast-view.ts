import type { Forecast, WaveForecast } from '../rollout/forecast';
import type { FrozenPlan } from '../rollout/frozen-plan';
import { msBetween } from '../rollout/instants';
import type { RolloutStatus } from '../rollout/status';
import { clockWords } from './calendar-view';
import { counted, durationWords, hasEnded, instantWords } from './words';

/** When a wave would begin and end; null when that cannot be told. */
export function waveForecastWords(wave: WaveForecast, zone: string | null): string | null {
  const { begins, ends, upgrades } = wave;
  if (begins === null) return null;
  if (upgrades === 0) return 'nothing to upgrade';
  if (ends === null) return `from ${zonedWords(begins, zone)}`;
  const took = durationWords(msBetween(begins, ends));
  return `${took}, from ${zonedWords(begins, zone)} to ${zonedWords(ends, zone)}`;
}

/** When the rollout would end, or why that cannot be told. */
export function forecastWords(forecast: Forecast, frozen: FrozenPlan): string {
  const { endsAt, problem } = forecast;
  if (problem?.kind === 'noExpectation') {
    const names = problem.upgrades.join(', ');
    return `none: say how long an upgrade takes (expect: 20m) for ${names}`;
  }
  if (problem !== null) {
    return `none: no window is known in which all targets of wave ${problem.wave} fit`;
  }
  if (endsAt === null) return 'none';
  const took = durationWords(msBetween(frozen.frozenAt, endsAt));
  const { approvals } = forecast;
  return [
    `ends ${zonedWords(endsAt, zoneOf(frozen))}, after ${took}, if all goes well`,
    ...(approvals > 0 ? [`plus the wait for ${counted(approvals, 'approval')}`] : []),
    ...(frozen.calendar?.outside === 'skip'
      ? ['sooner where a window closes and skips targets']
      : []),
  ].join(', ');
}

/** When a rollout under way will end, or why that cannot be told; a sentence without its full stop. */
export function goingForecastWords(
  { endsAt, problem, approvals }: Forecast,
  under: { readonly frozen: FrozenPlan; readonly status: RolloutStatus; readonly now: Date },
): string {
  const { frozen, status, now } = under;
  if (problem?.kind === 'noExpectation') {
    return `No forecast: nobody knows yet how long an upgrade takes (${problem.upgrades.join(', ')})`;
  }
  if (problem !== null || endsAt === null) {
    return `No forecast: no window is known in which all of wave ${problem?.wave} fits`;
  }
  const atApproval = waitsForApproval(status, frozen);
  const { waitingFor } = status;
  const isHeld = waitingFor?.reason === 'paused' || waitingFor?.reason === 'budgetExhausted';
  const leftMs = msBetween(now.toISOString(), endsAt);
  const left = durationWords(leftMs);
  const when =
    isHeld || atApproval
      ? `Would end ${left} after it goes on`
      : leftMs < 1_000
        ? 'Ends any moment'
        : `Ends in about ${left}, at ${zonedWords(endsAt, zoneOf(frozen))}`;
  const others = approvals - (atApproval ? 1 : 0);
  const more = others > 0 ? `, plus the wait for ${counted(others, 'approval')}` : '';
  return `${when}${more}, if all goes well`;
}

function waitsForApproval({ waitingFor, waves }: RolloutStatus, frozen: FrozenPlan): boolean {
  const next = waves.find(({ state }) => !hasEnded(state));
  const gate = frozen.waves.find(({ name }) => name === next?.name)?.gate;
  return waitingFor?.reason === 'gate' && gate?.kind === 'approval';
}

/** The zone in which a plan speaks of time: its first window's; null when it has none. */
export function zoneOf({ calendar }: FrozenPlan): string | null {
  return calendar?.windows[0]?.zone ?? calendar?.blackouts[0]?.zone ?? null;
}

function zonedWords(instant: string, zone: string | null): string {
  return zone === null ? instantWords(instant) : clockWords(instant, zone);
}
