import {
  CancellationScope,
  getExternalWorkflowHandle,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { OnBehalfOf, SubmitAnswer, SubmitInput } from '../activities/submit';
import { firstStep } from '../rollout/attempt';
import type { Rules } from '../rollout/frozen-plan';
import { isBefore } from '../rollout/instants';
import type { AttemptResult, ReasonCode } from '../rollout/outcome';
import type { Inspection, RefusalKind, Ticket, UpgradeRequest } from '../rollout/upgrade';
import { failureType, wasNeverStarted, wordsOf } from './failures';
import { attemptReport, hold, reportTo, UPWAVE_OUTCOME, type ReportTo } from './messages';
import { follows, reads, reconciles, submits } from './queues';
import { now } from './time';

export interface UpgradeInput {
  readonly request: UpgradeRequest;
  /** As the plan was frozen; null when it could not be told then. */
  readonly wanted: string | null;
  /** Not all of the rules: each attempt carries them, and a calendar is long. */
  readonly rules: Pick<Rules, 'recovery' | 'polling'>;
  readonly onBehalfOf: OnBehalfOf;
  /** The last instant at which its request may be sent; null: no limit. */
  readonly notAfter: string | null;
}

/** What an attempt has come to; the frame adds the rest. */
type End = Pick<AttemptResult, 'result' | 'reason' | 'reasonText'> &
  Partial<Omit<AttemptResult, 'startedAt' | 'endedAt'>>;

/**
 * One attempt: look, submit at most once, follow to the end, verify. What the cloud says comes back
 * as data, and the wave decides what follows from it. `hold`, or a cancellation, ends an attempt
 * that has not submitted; one that has goes on to its honest end, whatever becomes of its wave.
 */
export async function upgrade(input: UpgradeInput): Promise<AttemptResult> {
  let held = false;
  const holdBack = () => {
    held = true;
  };
  setHandler(hold, holdBack);
  let report: ReportTo | null = null;
  setHandler(reportTo, (to) => {
    report = to;
  });
  CancellationScope.current().cancelRequested.catch(holdBack);
  const startedAt = now();

  const end = await CancellationScope.nonCancellable(() => attempt(input, () => held));

  upsertSearchAttributes([{ key: UPWAVE_OUTCOME, value: end.result }]);
  const nothing = { submittedAt: null, ticket: null, versionBefore: null, versionAfter: null };
  const result = { ...nothing, ...end, startedAt, endedAt: now() };
  if (report !== null) await tellWave(report, result);
  return result;
}

/** A wave that has continued as new cannot await this attempt: it is told instead. */
async function tellWave({ waveId, index }: ReportTo, result: AttemptResult): Promise<void> {
  const { runId } = workflowInfo();
  // A wave that was ended needs no report.
  await getExternalWorkflowHandle(waveId)
    .signal(attemptReport, { index, runId, result })
    .catch(() => undefined);
}

async function attempt(input: UpgradeInput, isHeld: () => boolean): Promise<End> {
  const seen = await inspect(input);
  if ('result' in seen) return seen;

  const versions = { versionBefore: seen.version, versionAfter: seen.version };
  const step = firstStep(input.request.upgrade, seen, input.wanted);
  if (step.do === 'end') {
    return { result: step.result, reason: step.reason, reasonText: step.words, ...versions };
  }
  if (step.do === 'adopt') return { ...versions, ...(await followForeign(input, step.ticket)) };
  if (isHeld()) return notSubmitted('heldBack', 'held back before its request was sent');
  if (input.notAfter && isBefore(input.notAfter, now())) {
    return notSubmitted('windowClosed', `its window took no request after ${input.notAfter}`);
  }

  const { versionNow, wanted } = step;
  const lost: Ticket = { id: null, wanted, since: now(), versionBefore: versionNow };
  const answer = await submit(input, { versionNow, wanted });
  if (answer.state === 'notSent') return notSubmitted(answer.reason, answer.words);

  const sent = { ...versions, submittedAt: lost.since };
  switch (answer.state) {
    case 'accepted':
      return { ...sent, ...(await follow(input, answer.ticket, 'upgraded')) };
    case 'rejected':
      return { ...sent, ...refused(answer.kind, answer.words) };
    case 'unknown':
      return { ...sent, ...(await reconcile(input, lost, answer.words)) };
  }
}

async function inspect({ request }: UpgradeInput): Promise<Inspection | End> {
  try {
    return await reads().inspect.executeWithOptions({ summary: 'read its version and status' }, [
      request,
    ]);
  } catch (error) {
    const reasonText = wordsOf(error);
    switch (failureType(error)) {
      case 'UnexpectedAnswer':
        return { result: 'rejected', reason: 'unexpectedAnswer', reasonText };
      case 'Busy':
        return notSubmitted('busy', reasonText);
      case 'Refused':
        return { result: 'rejected', reason: 'refusedForGood', reasonText };
      default:
        return notSubmitted('cloudAccess', reasonText);
    }
  }
}

async function submit(
  { request, onBehalfOf, notAfter }: UpgradeInput,
  basis: SubmitInput['basis'],
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

async function follow(input: UpgradeInput, ticket: Ticket, reached: ReasonCode): Promise<End> {
  const { request, rules } = input;
  const { expectMs, followForMs } = request.upgrade;
  const id = { ticket: ticket.id };
  try {
    const summary = `follow ${ticket.id ?? 'by its job list'} until ${ticket.wanted}`;
    const { state, reason, words, versionAfter } = await follows(
      followForMs,
    ).follow.executeWithOptions({ summary }, [
      { request, ticket, polling: rules.polling, expectedMs: expectMs },
    ]);
    const why = reason === 'upgraded' ? reached : reason;
    return { ...id, result: state, reason: why, reasonText: words, versionAfter };
  } catch (error) {
    const words = `not ended when it had been followed for ${followForMs / 60_000} min: ${wordsOf(error)}`;
    const reason = failureType(error) === 'UnexpectedAnswer' ? 'unexpectedAnswer' : 'stillRunning';
    return { ...id, result: 'unknown', reason, reasonText: words, versionAfter: null };
  }
}

/** Follows an upgrade that somebody else began. However it ends, it was not ours. */
async function followForeign(input: UpgradeInput, ticket: Ticket): Promise<End> {
  const end = await follow(input, ticket, 'upgradedElsewhere');
  if (end.result === 'succeeded') return { ...end, result: 'upToDate' };
  return notSubmitted('busy', `an upgrade begun elsewhere did not end well: ${end.reasonText}`);
}

async function reconcile(input: UpgradeInput, lost: Ticket, why: string): Promise<End> {
  const { request, rules } = input;
  const policy = rules.recovery.unknown;
  try {
    const found = await reconciles(policy.reconcileForMs).reconcile.executeWithOptions(
      { summary: 'the answer was lost: look what became of the request' },
      [{ request, lost, lostAt: now(), policy, polling: rules.polling }],
    );
    if (found.state === 'adopted') return await follow(input, found.ticket, 'reconciled');
    return notSubmitted('requestLost', `${why}; ${found.words}`);
  } catch (error) {
    const reasonText = `${why}; what became of it could not be told: ${wordsOf(error)}`;
    return { result: 'unknown', reason: 'notReconciled', reasonText, versionAfter: null };
  }
}

function refused(kind: RefusalKind, words: string): End {
  switch (kind) {
    case 'forGood':
      return { result: 'rejected', reason: 'refusedForGood', reasonText: words };
    case 'forNow':
      return { result: 'rejected', reason: 'refusedForNow', reasonText: words };
    case 'busy':
      return notSubmitted('busy', words);
  }
}

function notSubmitted(reason: ReasonCode, reasonText: string): End {
  return { result: 'notSubmitted', reason, reasonText };
}
