import { advance, type Step } from './advance';
import { looked } from './bake';
import { endRollout } from './ending';
import type { FrozenWave } from './frozen-plan';
import { holdOf, holds } from './hold';
import { isBefore } from './instants';
import type { RolloutProgress, WavePart } from './progress';
import {
  newRollout,
  partEnded,
  partKey,
  partOf,
  withNews,
  withPart,
  withWave,
  withWaves,
} from './progress';
import { simulatedAttempts } from './simulated-attempts';
import { simulatedPart, type SimulatedPart } from './simulated-part';
import type { AnyOrder, Engine, Messages, Simulation, TargetOrder } from './simulation';
import { act, BY_RULE, pausedByRule, refusal, type Author } from './steering';
import { begunPart, newTerms, termsFor } from './terms';
import type { TargetState } from './wave-state';

/** A rollout that runs. */
export interface SimulatedRollout {
  readonly order: (order: AnyOrder) => void;
  readonly progress: () => RolloutProgress;
  readonly messages: () => Messages;
  /** Null: this part has not begun. */
  readonly targets: (wave: string, part: number) => readonly TargetState[] | null;
}

interface Running {
  readonly part: WavePart;
  /** The terms that it knows. */
  told: string;
}

/** Does what the workflow `rollout` does, with the same functions: obeys `advance`. */
export function simulatedRollout(engine: Engine, given: Simulation): SimulatedRollout {
  const { frozen, world, latencyMs = 0 } = given;
  const attempts = simulatedAttempts(engine, world);
  const begun = new Map<string, SimulatedPart>();
  const running = new Map<string, Running>();
  const looks = new Map<string, number>();
  let progress = newRollout('simulated', frozen.name, engine.now());
  let step: Step | null = null;
  let actions = 0;
  let wake = 0;
  let isLooking = false;
  let messages: Messages = { news: 0, terms: 0, parts: 0 };

  const count = (kind: keyof Messages) => {
    messages = { ...messages, [kind]: messages[kind] + 1 };
  };
  const send = (message: () => void) => engine.after(latencyMs, message);
  const author = (): Author => ({ by: 'person', reason: 'simulated', at: engine.now() });

  function become(next: RolloutProgress): void {
    const advanced = advance(next, frozen, engine.now());
    step = advanced.step;
    progress = { ...advanced.progress, waitingFor: step.do === 'wait' ? step.wait : null };
    for (const { by, action, reason } of progress.actions.slice(actions)) {
      if (by === BY_RULE) engine.log({ kind: 'rule', action, words: reason ?? '' });
    }
    actions = progress.actions.length;
  }

  /** What a message or an order has changed, and everything that follows from it. */
  function hear(next: RolloutProgress): void {
    if (progress.endedAt !== null) return;
    become(next);
    go();
  }

  function go(): void {
    wake += 1;
    for (;;) {
      tellTerms();
      if (step === null || isLooking) return;
      switch (step.do) {
        case 'begin':
          begin(step.part);
          break;
        case 'look':
          return look(step.wave);
        case 'wait':
          return sleepUntil(step.wakeAt);
        case 'end':
          progress = endRollout(progress, engine.now());
          return engine.log({ kind: 'over' });
      }
    }
  }

  function sleepUntil(instant: string | null): void {
    const mine = wake;
    // An instant of one of its waves, whose news has not come yet.
    if (instant === null || !isBefore(engine.now(), instant)) return;
    engine.at(instant, () => {
      if (mine === wake) hear(progress);
    });
  }

  function begin(part: WavePart): void {
    count('parts');
    const fresh = begunPart(progress, part);
    become(withPart(progress, part, fresh));
    const terms = termsFor(progress, fresh);
    running.set(partKey(part), { part, told: JSON.stringify(terms) });
    const beginning = {
      wave: partOf(frozen, part),
      part: part.part,
      rules: frozen.rules,
      upgrades: frozen.upgrades,
      terms,
      skips: progress.waves.find(({ name }) => name === part.wave)?.skips ?? [],
    };
    send(() => {
      const started = simulatedPart(engine, attempts, {
        beginning,
        part: part.part,
        isRolloutHolding: () => holds(holdOf(progress), part.wave),
        news: (news) => {
          count('news');
          send(() => hear(withNews(progress, news)));
        },
        acted: (action) =>
          send(() => hear({ ...progress, actions: [...progress.actions, action] })),
        stop: (words) => send(() => hear(pausedByRule(progress, words, engine.now()))),
        ended: (result) =>
          send(() => {
            running.delete(partKey(part));
            hear(partEnded(progress, part, result));
          }),
      });
      begun.set(partKey(part), started);
    });
  }

  function tellTerms(): void {
    for (const each of running.values()) {
      const news = newTerms(progress, each);
      if (news === null) continue;
      each.told = news.told;
      count('terms');
      send(() => begun.get(partKey(each.part))?.terms(news.terms));
    }
  }

  function look({ name: wave }: FrozenWave): void {
    const nth = (looks.get(wave) ?? 0) + 1;
    looks.set(wave, nth);
    isLooking = true;
    send(() => {
      isLooking = false;
      const state = progress.waves.find(({ name }) => name === wave)?.bake;
      const bake = state ? looked(state, world.look(wave, nth), engine.now()) : null;
      hear(withWave(progress, wave, { bake }));
    });
  }

  function order(wanted: AnyOrder): void {
    if (isOfTarget(wanted)) return logOrder(wanted, orderPart(wanted));
    const words = refusal(progress, frozen, wanted);
    logOrder(wanted, words);
    if (words === null) hear(act(progress, wanted, author()));
  }

  function orderPart(wanted: TargetOrder): string | null {
    const parts = progress.parts.filter(({ wave }) => wave === wanted.wave);
    const part = parts
      .map((each) => begun.get(partKey(each)))
      .find((each) => each?.has(wanted.target));
    return part ? part.obey(wanted) : `no running wave has ${wanted.target}`;
  }

  function logOrder(wanted: AnyOrder, words: string | null): void {
    if (words === null) engine.log({ kind: 'order', order: wanted });
    else engine.log({ kind: 'refused', order: wanted, words });
  }

  hear(withWaves(progress, frozen));
  return {
    order,
    progress: () => progress,
    messages: () => messages,
    targets: (wave, part) => begun.get(partKey({ wave, part }))?.targets() ?? null,
  };
}

function isOfTarget(order: AnyOrder): order is TargetOrder {
  return order.action === 'skipTarget' || order.action === 'retryTarget';
}
