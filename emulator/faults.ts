import { unit } from './random';
import type { CallFault, Change, FaultPlace, Faults, Family, JobFault, ListedFault } from './types';
import { callFaults, families, faultPlaces, jobFaults } from './types';

/** Whom a call is about, as far as faults go. */
export interface Concern {
  /** Whose rates apply; null: those of `*` alone. */
  readonly family: Family | null;
  /** Counts the calls: `*` for a call about no single target. */
  readonly key: string;
  /** The ids by which an entry of the list may name the call's targets. */
  readonly ids: readonly string[];
}

/** What the decision needs of the emulator's state. */
export interface FaultState {
  readonly seed: string;
  readonly faults: Faults;
  readonly used: readonly number[];
  readonly counts: ReadonlyMap<string, number>;
}

/** No fault at all. */
export const noFaults: Faults = { rates: {}, list: [] };

/** The fault that befalls a call, if any, and what deciding it changed (counters only). */
export function decideCallFault(
  state: FaultState,
  concern: Concern,
  on: Exclude<FaultPlace, 'job'>,
): { readonly fault: CallFault | null; readonly changes: readonly Change[] } {
  const { fault, changes } = decide(state, concern, on);
  return { fault: callFaults.find((known) => known === fault) ?? null, changes };
}

/** The fault of a target's next job, the job's number for that target, and what deciding it changed. */
export function decideJobFault(
  state: FaultState,
  concern: Concern,
): { readonly fault: JobFault | null; readonly nth: number; readonly changes: readonly Change[] } {
  const { fault, nth, changes } = decide(state, concern, 'job');
  return { fault: jobFaults.find((known) => known === fault) ?? null, nth, changes };
}

/**
 * The decision depends on the seed, the target, the kind of call and how many such calls that target
 * had, on nothing else: so the same seed plays the same story whatever the interleaving.
 */
function decide(
  state: FaultState,
  concern: Concern,
  on: FaultPlace,
): { readonly fault: string | null; readonly nth: number; readonly changes: readonly Change[] } {
  const key = `${on} ${concern.key}`;
  const nth = state.counts.get(key) ?? 0;
  const count: Change = { kind: 'count', key, value: nth + 1 };
  const index = state.faults.list.findIndex(
    (entry, i) =>
      entry.on === on && concern.ids.includes(entry.target) && (state.used[i] ?? 0) < entry.times,
  );
  const listed = state.faults.list[index];
  if (listed !== undefined) {
    const value = (state.used[index] ?? 0) + 1;
    return { fault: listed.fault, nth, changes: [count, { kind: 'faultUsed', index, value }] };
  }
  const luck = unit(state.seed, 'fault', concern.key, on, nth);
  return { fault: byRate(ratesOf(state.faults, concern.family, on), luck), nth, changes: [count] };
}

function ratesOf(
  { rates }: Faults,
  family: Family | null,
  on: FaultPlace,
): Readonly<Record<string, number>> {
  return { ...rates['*']?.[on], ...(family === null ? undefined : rates[family]?.[on]) };
}

function byRate(rates: Readonly<Record<string, number>>, luck: number): string | null {
  let upTo = 0;
  // Sorted, so that the order of keys in the file does not change the story.
  for (const fault of Object.keys(rates).sort()) {
    upTo += rates[fault] ?? 0;
    if (luck < upTo) return fault;
  }
  return null;
}

/** The body of `PUT /_emulator/faults` or the `--faults` file, or everything that is wrong with it. */
export function readFaults(
  data: unknown,
): { readonly faults: Faults } | { readonly problems: readonly string[] } {
  if (!isRecord(data)) return { problems: ['must be an object { rates, list }'] };
  const { rates = {}, list = [], ...rest } = data;
  const problems = [
    ...Object.keys(rest).map((key) => `unknown key "${key}"`),
    ...(isRecord(rates)
      ? Object.entries(rates).flatMap(problemsOfRates)
      : ['rates: not an object']),
    ...(Array.isArray(list) ? list.flatMap(problemsOfEntry) : ['list: not an array']),
  ];
  if (problems.length > 0) return { problems };
  const entries = (list as readonly Omit<ListedFault, 'times'>[]).map((e) => ({ times: 1, ...e }));
  return { faults: { rates: rates as Faults['rates'], list: entries } };
}

function problemsOfRates([scope, places]: [string, unknown]): readonly string[] {
  const known = scope === '*' || families.some((family) => family === scope);
  if (!known) return [`rates: "${scope}" is neither "*" nor a family`];
  if (!isRecord(places)) return [`rates.${scope}: not an object`];
  return Object.entries(places).flatMap(([on, rates]) => {
    if (!isPlace(on)) return [`rates.${scope}: unknown key "${on}"`];
    if (!isRecord(rates)) return [`rates.${scope}.${on}: not an object`];
    return Object.entries(rates).flatMap(([fault, rate]) => {
      const path = `rates.${scope}.${on}.${fault}`;
      if (!faultsOn(on).includes(fault)) return [`${path}: no such fault here`];
      const valid = typeof rate === 'number' && rate >= 0 && rate <= 1;
      return valid ? [] : [`${path}: must be a probability`];
    });
  });
}

function problemsOfEntry(entry: unknown, index: number): readonly string[] {
  const path = `list[${index}]`;
  if (!isRecord(entry)) return [`${path}: not an object`];
  const { target, on, fault, times = 1, ...rest } = entry;
  if (!isPlace(on)) return [`${path}.on: must be one of ${faultPlaces.join(', ')}`];
  return [
    ...Object.keys(rest).map((key) => `${path}: unknown key "${key}"`),
    ...(typeof target === 'string' ? [] : [`${path}.target: must be an id or "*"`]),
    ...(typeof fault === 'string' && faultsOn(on).includes(fault)
      ? []
      : [`${path}.fault: not for ${on}`]),
    ...(Number.isInteger(times) && Number(times) > 0 ? [] : [`${path}.times: must be 1 or more`]),
  ];
}

function faultsOn(on: FaultPlace): readonly string[] {
  if (on === 'job') return jobFaults;
  // A read or a cancel has no refusal of an upgrade to answer with.
  return on === 'submit' ? callFaults : callFaults.filter((fault) => fault !== 'reject');
}

function isPlace(value: unknown): value is FaultPlace {
  return faultPlaces.some((place) => place === value);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
