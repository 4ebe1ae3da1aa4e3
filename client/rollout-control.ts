import type { SignalDefinition, UpdateDefinition } from '@temporalio/common';
import type { ActionName } from '../rollout/outcome';
import type { RolloutStatus } from '../rollout/status';
import { connected } from './connected';
import type { ControlOptions } from './control-flags';
import { explainRefusal, sendControl, sendLater } from './controls';
import { EXIT, type ExitCode } from './exit-codes';
import { createOutput, type Output } from './output';
import { findRollout } from './rollouts';
import type { Session } from './session';
import { countsWords } from './words';
import { NoWorkerError, noWorkerWords } from './workers';

/** One control of a rollout, checked as far as it can be without a server. */
export interface RolloutControl<Order> {
  readonly name: ActionName;
  readonly update: UpdateDefinition<RolloutStatus, [Order]>;
  readonly order: Order;
  /** The wave it is about; null: the whole rollout. */
  readonly wave: string | null;
  /** Said when it was carried out. */
  readonly done: string;
  /** Leaves the order with Temporal when no worker is there to take it. */
  readonly later?: SignalDefinition<[Order]>;
  /** Asks a person before anything is sent; throws when the answer is no. */
  readonly ask?: (rolloutId: string) => Promise<void>;
}

/** Finds the rollout, sends the control, and says how the rollout stands then. */
export async function controlRollout<Order>(
  session: Session,
  { named, options }: { readonly named: string; readonly options: ControlOptions },
  control: RolloutControl<Order>,
): Promise<ExitCode> {
  const output = createOutput(session.config, options);
  const { name, update, order, wave, later } = control;
  return connected(async (server) => {
    const rolloutId = await findRollout(server, named);
    await control.ask?.(rolloutId);
    try {
      const request = { name, rolloutId, workflowId: rolloutId, update, order };
      sayDone(output, await sendControl(server, request), control.done);
      return EXIT.done;
    } catch (error) {
      if (!(error instanceof NoWorkerError) || !later) {
        throw await explainRefusal(server, error, { rolloutId, wave });
      }
      await sendLater(server, { name, rolloutId, signal: later, order });
      output.document({ rolloutId, control: name, recorded: true, carriedOut: false });
      output.problem(
        `${noWorkerWords(error.queue)} The ${name} is recorded, and takes effect when a worker returns.`,
      );
      return EXIT.failure;
    }
  });
}

/** What was done, and how the rollout stands then. */
export function sayDone(output: Output, status: RolloutStatus, done: string): void {
  const { rolloutId, state, counts } = status;
  output.result(`${done}\n${rolloutId}: ${state}, ${countsWords(counts)}`);
  output.document(status);
}
