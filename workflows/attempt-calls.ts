import type { OnBehalfOf, SubmitAnswer, SubmitInput } from '../activities/submit';
import { patienceMs } from '../rollout/access';
import type { Rules } from '../rollout/frozen-plan';
import type { AttemptResult, ReasonCode } from '../rollout/outcome';
import type { Inspection, UpgradeRequest } from '../rollout/upgrade';
import { failureType, wasNeverStarted, wordsOf } from './failures';
import { reads, submits } from './queues';

/** The calls by which an attempt begins, their failures turned into what they say. */

export interface UpgradeInput {
  readonly request: UpgradeRequest;
  /** As the plan was frozen; null when it could not be told then. */
  readonly wanted: string | null;
  /** Not all of the rules: each attempt carries them, and a calendar is long. */
  readonly rules: Pick<Rules, 'recovery' | 'polling' | 'hooks' | 'cloudAccess'>;
  readonly onBehalfOf: OnBehalfOf;
  /** The last instant at which its request may be sent; null: no limit. */
  readonly notAfter: string | null;
  /** Before it an end is hardly to be seen; null: not known. Attempts of earlier builds have none. */
  readonly soonestMs?: number | null;
}

/** What an attempt has come to; the frame adds the rest. */
export type End = Pick<AttemptResult, 'result' | 'reason' | 'reasonText'> &
  Partial<Omit<AttemptResult, 'startedAt' | 'endedAt'>>;

export type Basis = SubmitInput['basis'];

/**
 * A fresh read of the target; or what the attempt has come to because it could not be read. `first`:
 * with the cloud's own checks, where the plan wants them.
 */
export async function inspect(
  { request, wanted, rules }: UpgradeInput,
  { first = false } = {},
): Promise<Inspection | End> {
  const { upgrade } = request;
  const isChecked = first && 'preCheck' in upgrade && upgrade.preCheck === true;
  const { inspect } = reads(patienceMs(rules.cloudAccess), isChecked);
  const summary = `read its version and status${isChecked ? ', and ask the pre-check' : ''}`;
  try {
    return await inspect.executeWithOptions(
      { summary },
      isChecked ? [request, { wanted }] : [request],
    );
  } catch (error) {
    const reasonText = wordsOf(error);
    switch (failureType(error)) {
      case 'UnexpectedAnswer':
        return { result: 'rejected', reason: 'unexpectedAnswer', reasonText };
      case 'Busy':
        return notSubmitted('busy', reasonText);
      case 'Refused':
        return { result: 'rejected', reason: 'refusedForGood', reasonText };
      case null:
        // No look came to an end: workers were away, which says nothing of the cloud.
        return notSubmitted('notSent', `no worker could look in time: ${reasonText}`);
      default:
        return notSubmitted('cloudAccess', reasonText);
    }
  }
}

/** Sends the request, once. That it may have been sent is `unknown`. */
export async function submit(
  { request, onBehalfOf, notAfter }: UpgradeInput,
  basis: Basis,
): Promise<
  | Exclude<SubmitAnswer, { state: 'notSent' }>
  | { readonly state: 'notSent'; readonly reason: ReasonCode; readonly words: string }
> {
  const summary = `submit: ${basis.versionNow || 'none'} to ${basis.wanted}`;
  try {
    return await submits().submit.executeWithOptions({ summary }, [
      { request, basis, onBehalfOf, notAfter },
    ]);
  } catch (error) {
    if (wasNeverStarted(error)) {
      return { state: 'notSent', reason: 'notSent', words: 'no worker took the request in time' };
    }
    return { state: 'unknown', words: `the worker was lost while submitting: ${wordsOf(error)}` };
  }
}

/** Nothing was submitted, and the target is not to blame. */
export function notSubmitted(reason: ReasonCode, reasonText: string): End {
  return { result: 'notSubmitted', reason, reasonText };
}
