import {
  endedMsOf,
  leftOf,
  type Standing,
  type WaveTargets,
} from '../../rollout/forecast-standing';
import type { FrozenPlan } from '../../rollout/frozen-plan';
import type { FamilyName } from '../../rollout/upgrade';
import type { TargetState } from '../../rollout/wave-state';
import { splitParts } from '../../rollout/waves';
import type { PartLook } from '../rollout-reads';
import type { FlightState } from './looking';

/** What was read of the parts of waves: of one that has ended only what a forecast needs. */
export interface Known {
  keep(look: PartLook, frozen: FrozenPlan | null): void;
  /** True when a part can change no more, and is known. */
  isClosed(wave: string, part: number): boolean;
  inFlight(): readonly FlightState[];
  /** By wave, of those that have begun. */
  targets(frozen: FrozenPlan | null): Readonly<Record<string, WaveTargets>>;
  endedMs(): Standing['endedMs'];
}

interface KnownPart {
  readonly wave: string;
  readonly part: number;
  readonly running: boolean;
  /** None of a part that has ended. */
  readonly states: readonly TargetState[];
  readonly lastEndedAt: string | null;
  readonly endedMs: Standing['endedMs'];
}

export function newKnown(): Known {
  const parts = new Map<string, KnownPart>();

  function keep({ wave, part, targets, running }: PartLook, frozen: FrozenPlan | null): void {
    const states = targets ?? [];
    parts.set(keyOf(wave, part), {
      ...{ wave, part, running, states: running ? states : [] },
      lastEndedAt: newest(states.map(({ endedAt }) => endedAt)),
      endedMs: endedMsOf(states, (upgrade) => frozen?.upgrades[upgrade]?.family),
    });
  }

  function targetsOf(frozen: FrozenPlan | null): Readonly<Record<string, WaveTargets>> {
    const begun = frozen?.waves.flatMap((wave) => {
      const own = [...parts.values()].filter((part) => part.wave === wave.name);
      if (own.length === 0) return [];
      const unbegun = splitParts(wave).flatMap(({ targets }, at) =>
        parts.has(keyOf(wave.name, at + 1)) ? [] : targets,
      );
      const states = own.flatMap((part) => part.states);
      const lastEndedAt = newest(own.map((part) => part.lastEndedAt));
      return [[wave.name, { left: leftOf(states, unbegun), lastEndedAt }] as const];
    });
    return Object.fromEntries(begun ?? []);
  }

  return {
    keep,
    isClosed: (wave, part) => parts.get(keyOf(wave, part))?.running === false,
    inFlight: () =>
      [...parts.values()].flatMap(({ wave, states }) =>
        states
          .filter(({ status }) => status === 'inFlight')
          .map((state): FlightState => ({ wave, state })),
      ),
    targets: targetsOf,
    endedMs: () => together([...parts.values()].map(({ endedMs }) => endedMs)),
  };
}

function together(all: readonly Standing['endedMs'][]): Standing['endedMs'] {
  const families = new Set(all.flatMap((each) => Object.keys(each) as FamilyName[]));
  return Object.fromEntries(
    [...families].map((family) => [family, all.flatMap((each) => each[family] ?? [])]),
  );
}

function newest(instants: readonly (string | null)[]): string | null {
  // All of one form: they sort as they are.
  return instants.reduce(
    (last, each) => (each !== null && each > (last ?? '') ? each : last),
    null,
  );
}

function keyOf(wave: string, part: number): string {
  return `${wave}\n${part}`;
}
