import type { Forecast, WaveForecast } from '../rollout/forecast';
import type { FrozenPlan, FrozenWave } from '../rollout/frozen-plan';
import { calendarLines } from './calendar-view';
import { paint } from './colors';
import { forecastWords, waveForecastWords, zoneOf } from './forecast-view';
import { shortHash } from './frozen-file';
import { wrap } from './layout';
import {
  bakeWords,
  budgetInWords,
  concurrencyWords,
  exhaustedWords,
  gateWords,
  hooksWords,
  notifyWords,
  mostInFlight,
  rolloutBudgetWords,
} from './rule-words';
import type { Look } from './summary';
import { exceptionLines, namesOf, standingWords, targetLines } from './targets-view';
import { counted, whereWords } from './words';

/** What is shown of a frozen plan. */
export interface PlanView {
  readonly frozen: FrozenPlan;
  /** Null for one that was made offline. */
  readonly hash: string | null;
  readonly forecast: Forecast;
  /** Every target; else the first of each wave. */
  readonly all: boolean;
}

/** What a frozen plan would do, for people: waves with their targets, rules, and what is left out. */
export function planLines(view: PlanView, look: Look): string[] {
  const ink = paint(look.colors);
  const { frozen, hash, forecast, all } = view;
  const { name, waves, unmatched, rules, seed } = frozen;
  const targets = waves.flatMap((wave) => wave.targets);
  const planned = `${counted(targets.length, 'target')} in ${counted(waves.length, 'wave')}`;
  const extent = { width: look.width - 2, all };
  return [
    ink.bold(name),
    ...wrap(`${planned}, ${whereWords(frozen)}`, look.width, 2),
    ...wrap(`seed ${seed}${hash === null ? '' : `, hash ${shortHash(hash)}`}`, look.width, 2),
    ...entry('at once, over all waves', frozen.concurrency?.toString() ?? null, look),
    ...entry('budget of the whole rollout', rolloutBudgetWords(frozen), look),
    ...entry('when a budget is exhausted', exhaustedWords(rules.onExhausted), look),
    ...entry('hooks', hooksWords(rules.hooks), look),
    ...entry('tells', notifyWords(frozen.notify), look),
    ...calendarLines(frozen, { now: new Date(frozen.frozenAt), width: look.width }),
    ...waves.flatMap((wave, at) => ['', ...waveLines({ ...view, wave, at }, look)]),
    '',
    ...wrap(`Altogether: ${standingWords(targets)}`, look.width, 2),
    ...exceptionLines(targets, extent).map((line) => `  ${line}`),
    ...wrap(`Forecast: ${forecastWords(forecast, frozen)}`, look.width, 2),
    ...unmatchedLines(unmatched, all, look),
  ];
}

function waveLines(
  {
    frozen,
    forecast,
    wave,
    at,
    all,
  }: PlanView & { readonly wave: FrozenWave; readonly at: number },
  look: Look,
): string[] {
  const { name, targets, budget, gate, bake } = wave;
  const head = `wave ${name}: ${counted(targets.length, 'target')}, ${concurrencyWords(wave, frozen)}`;
  const [first = '', ...more] = wrap(head, look.width, 2);
  const inner = { ...look, width: look.width - 2 };
  const lines = [
    ...entry('begins', gateWords(gate, at === 0), inner),
    ...entry('budget', budgetInWords(budget, mostInFlight(wave, frozen)), inner),
    ...entry('bake', bakeWords(bake), inner),
    ...entry('forecast', forecastOf(forecast.waves[at], zoneOf(frozen)), inner),
    ...targetLines(targets, { width: inner.width, all }),
  ];
  return [paint(look.colors).bold(first), ...more, ...lines.map((line) => `  ${line}`)];
}

function forecastOf(wave: WaveForecast | undefined, zone: string | null): string | null {
  return wave === undefined ? null : waveForecastWords(wave, zone);
}

/** `title: words`; nothing where there are no words. */
function entry(title: string, words: string | null, look: Look): string[] {
  return words === null ? [] : wrap(`${title}: ${words}`, look.width, 2);
}

function unmatchedLines(unmatched: FrozenPlan['unmatched'], all: boolean, look: Look): string[] {
  if (unmatched.length === 0) return [];
  const head = `No wave matches ${counted(unmatched.length, 'target')}: never upgraded by this plan.`;
  return [
    '',
    ...wrap(head, look.width, 2).map(paint(look.colors).warn),
    ...wrap(namesOf(unmatched, all), look.width - 2).map((line) => `  ${line}`),
  ];
}
