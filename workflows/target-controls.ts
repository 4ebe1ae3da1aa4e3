import type { Action } from '../rollout/outcome';
import { isCalled, retryTarget, skipTarget, whyNotRetry, whyNotSkip } from '../rollout/wave';
import type { TargetState, WaveState } from '../rollout/wave-state';
import * as messages from './messages';
import { obey, refuseIf, wrongOrder } from './orders';
import { now } from './time';

interface Wave {
  readonly latest: () => WaveState;
  readonly become: (next: WaveState) => void;
  readonly acted: (action: Pick<Action, 'action' | 'by' | 'reason' | 'target'>) => void;
}

/** What a person may do to single targets of a running wave. */
export function obeyTargetControls({ latest, become, acted }: Wave): void {
  const find = (name: string | null | undefined) =>
    latest().targets.findIndex(({ target }) => isCalled(target, name ?? ''));
  const found = (name: string | null | undefined): TargetState => {
    const target = latest().targets[find(name)];
    if (target === undefined) throw new Error(`no target ${name}`);
    return target;
  };
  const refuse = (
    action: 'skip' | 'retry',
    given: messages.SkipControl | messages.RetryControl | undefined,
    whyNot: (target: TargetState) => string | null,
  ) => {
    refuseIf(wrongOrder(action, given));
    if (find(given?.target) === -1) refuseIf(`the wave has no target ${given?.target}`);
    const why = whyNot(found(given?.target));
    refuseIf(why === null ? null : `${given?.target}: ${why}`);
  };

  obey(
    messages.skipTarget,
    (given) => refuse('skip', given, whyNotSkip),
    ({ target, by, reason }) => {
      become(skipTarget(latest(), find(target), `skipped by ${by}: ${reason ?? ''}`, now()));
      acted({ action: 'skip', by, reason, target });
      return found(target);
    },
  );
  obey(
    messages.retryTarget,
    (given) => refuse('retry', given, (target) => whyNotRetry(latest(), target, now())),
    ({ target, by, reason }) => {
      become(retryTarget(latest(), find(target)));
      acted({ action: 'retry', by, reason: reason ?? null, target });
      return found(target);
    },
  );
}
