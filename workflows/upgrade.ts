import {
  CancellationScope,
  condition,
  getExternalWorkflowHandle,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { firstStep, lastLook, versionSeen, type FirstStep } from '../rollout/attempt';
import { isBefore } from '../rollout/instants';
import type { AttemptResult, ReasonCode } from '../rollout/outcome';
import type { Inspection, RefusalKind, Ticket } from '../rollout/upgrade';
import {
  inspect,
  notSubmitted,
  submit,
  type Basis,
  type End,
  type UpgradeInput,
} from './attempt-calls';
import { failureType, wordsOf } from './failures';
import { mayBeGivenUp } from './given-up';
import { attemptReport, hold, reportTo, UPWAVE_OUTCOME, type ReportTo } from './messages';
import { countSubmission, recordUpgrade } from './metrics';
import { follows, reconciles } from './queues';
import { withHooks, type WorkEnd } from './saga';
import { followOrCancel } from './scheduled';
import { now } from './time';

/** What the attempt has been told since it began. */
interface Orders {
  readonly isHeld: () => boolean;
  readonly isAborting: () => boolean;
}

/**
 * One attempt: look, submit at most once, follow to the end, verify, with the plan's hooks around it.
 * What the cloud says comes back as data, and the wave decides what follows from it. `hold`, or a
 * cancellation, ends an attempt that has not submitted; one that has goes on to its honest end,
 * whatever becomes of its wave. What its hooks did is undone if it does not complete.
 */
export async function upgrade(input: UpgradeInput): Promise<AttemptResult> {
  let held = false;
  let aborting = false;
  const holdBack = (order?: { readonly aborting: boolean }) => {
    held = true;
    aborting ||= order?.aborting === true;
  };
  setHandler(hold, holdBack);
  let report: ReportTo | null = null;
  setHandler(reportTo, (to) => {
    report = to;
  });
  CancellationScope.current().cancelRequested.catch(() => holdBack());
  const startedAt = now();

  const end = await CancellationScope.nonCancellable(() =>
    attempt(input, { isHeld: () => held, isAborting: () => aborting }),
  );

  upsertSearchAttributes([{ key: UPWAVE_OUTCOME, value: end.result }]);
  const nothing = { submittedAt: null, ticket: null, versionBefore: null, versionAfter: null };
  const result = { ...nothing, compensation: null, ...end, startedAt, endedAt: now() };
  recordUpgrade(input.request.upgrade.family, result);
  if (report !== null) await tellWave(report, result);
  return result;
}

/** A wave that has continued as new cannot await this attempt: it is told instead. */
async function tellWave({ waveId, index }: ReportTo, result: AttemptResult): Promise<void> {
  const { runId } = workflowInfo();
  const wave = getExternalWorkflowHandle(waveId);
  // One that was cancelled reports as well. A wave that was ended needs no report.
  await CancellationScope.nonCancellable(() =>
    wave.signal(attemptReport, { index, runId, result }),
  ).catch(() => undefined);
}

async function attempt(input: UpgradeInput, orders: Orders): Promise<End> {
  const seen = await inspect(input, { first: true });
  if ('result' in seen) return seen;

  const step = firstStep(input.request.upgrade, seen, input.wanted);
  if (step.do === 'end') return endAtLook(step, seen);
  if (step.do === 'adopt') {
    return { ...versionsOf(seen), ...(await followForeignUnlessHeld(input, step.ticket, orders)) };
  }

  const whyNot = () => obstacleNow(input, orders);
  const { versionNow, wanted } = step;
  const run = async () => {
    const basis = await lookAgain(input, { versionNow, wanted });
    return 'result' in basis ? basis : submitAndFollow(input, basis, orders);
  };
  return whyNot() ?? withHooks(input, { wanted, whyNot, run });
}

function obstacleNow({ notAfter }: UpgradeInput, { isHeld }: Orders): End | null {
  if (isHeld()) return notSubmitted('heldBack', 'held back before its request was sent');
  if (notAfter && isBefore(notAfter, now())) {
    return notSubmitted('windowClosed', `its window took no request after ${notAfter}`);
  }
  return null;
}

/** Hooks may take minutes: what they were called for must still be so when the request is sent. */
async function lookAgain(input: UpgradeInput, basis: Basis): Promise<Basis | End> {
  if (!input.rules.hooks?.before.length) return basis;
  const seen = await inspect(input);
  if ('result' in seen) return seen;
  const step = firstStep(input.request.upgrade, seen, input.wanted);
  switch (step.do) {
    case 'submit':
      return { versionNow: step.versionNow, wanted: step.wanted };
    case 'adopt':
      // The next attempt follows it, without what the hooks have done.
      return notSubmitted('busy', 'an upgrade was begun elsewhere while the hooks were called');
    case 'end':
      return endAtLook(step, seen);
  }
}

function endAtLook(step: Extract<FirstStep, { do: 'end' }>, seen: Inspection): End {
  const { result, reason, words } = step;
  return { result, reason, reasonText: words, ...versionsOf(seen) };
}

function versionsOf(seen: Inspection): Pick<End, 'versionBefore' | 'versionAfter'> {
  const version = versionSeen(seen);
  return { versionBefore: version, versionAfter: version };
}

async function submitAndFollow(
  input: UpgradeInput,
  basis: Basis,
  orders: Orders,
): Promise<WorkEnd> {
  const { versionNow, wanted } = basis;
  const versions = { versionBefore: versionNow, versionAfter: versionNow };
  const lost: Ticket = { id: null, wanted, since: now(), versionBefore: versionNow };
  const answer = await submit(input, basis);
  countSubmission(input.request.upgrade.family, answer.state);
  if (answer.state === 'notSent') return notSubmitted(answer.reason, answer.words);

  const sent = { ...versions, submittedAt: lost.since };
  switch (answer.state) {
    case 'accepted':
      return { ...sent, ...(await followOurs(input, answer.ticket, 'upgraded', orders)) };
    case 'rejected':
      return { ...sent, ...(await refused(input, answer.kind, answer.words)) };
    case 'unknown':
      return { ...sent, ...(await reconcile(input, lost, answer.words, orders)) };
  }
}

async function follow(input: UpgradeInput, ticket: Ticket, reached: ReasonCode): Promise<End> {
  const { request, rules, soonestMs = null } = input;
  const { expectMs, followForMs } = request.upgrade;
  const expectedMs = expectMs ?? soonestMs;
  const id = { ticket: ticket.id };
  try {
    const summary = `follow ${ticket.id ?? 'by its job list'} until ${ticket.wanted}`;
    const { state, reason, words, versionAfter } = await follows(
      followForMs,
    ).follow.executeWithOptions({ summary }, [
      { request, ticket, polling: rules.polling, expectedMs },
    ]);
    const why = reason === 'upgraded' ? reached : reason;
    return { ...id, result: state, reason: why, reasonText: words, versionAfter };
  } catch (error) {
    const words = `not ended when it had been followed for ${followForMs / 60_000} min: ${wordsOf(error)}`;
    const reason = failureType(error) === 'UnexpectedAnswer' ? 'unexpectedAnswer' : 'stillRunning';
    return { ...id, ...(await unlessSeen(input, ticket, { reason, words })) };
  }
}

/** The end of an upgrade that could be followed or reconciled no longer, unless a last look tells. */
async function unlessSeen(
  input: UpgradeInput,
  ticket: Ticket,
  { reason, words }: { readonly reason: ReasonCode; readonly words: string },
): Promise<End> {
  const seen = await inspect(input);
  if ('result' in seen) {
    const reasonText = `${words}; a last look failed: ${seen.reasonText}`;
    return { result: 'unknown', reason, reasonText, versionAfter: null };
  }
  const last = lastLook(input.request.upgrade, ticket, seen);
  const reasonText = `${words}; ${last.words}`;
  const end = { reasonText, versionAfter: versionSeen(seen) };
  switch (last.result) {
    case 'succeeded':
      return { result: 'succeeded', reason: 'reconciled', ...end };
    case 'advanced':
      return { result: 'advanced', reason: 'stepDone', ...end };
    case 'unknown':
      return { result: 'unknown', reason, ...end };
  }
}

/** Follows an upgrade that somebody else began. However it ends, it was not ours. */
async function followForeign(input: UpgradeInput, ticket: Ticket): Promise<End> {
  const end = await follow(input, ticket, 'upgradedElsewhere');
  if (end.result === 'succeeded')
    return { ...end, result: 'upToDate', reason: 'upgradedElsewhere' };
  return notSubmitted('busy', `an upgrade begun elsewhere did not end well: ${end.reasonText}`);
}

/** Nothing of ours has been sent: a hold need not wait for what somebody else has begun. */
async function followForeignUnlessHeld(
  input: UpgradeInput,
  ticket: Ticket,
  { isHeld }: Orders,
): Promise<End> {
  const { result, isOver, giveUp } = mayBeGivenUp(() => followForeign(input, ticket));
  await condition(() => isOver() || isHeld());
  if (isOver()) return result;
  await giveUp();
  return notSubmitted('heldBack', 'held back while an upgrade begun elsewhere was followed');
}

/** Follows an upgrade of ours, which may have to be called off before it begins. */
function followOurs(
  input: UpgradeInput,
  ticket: Ticket,
  reached: ReasonCode,
  { isAborting }: Orders,
): Promise<WorkEnd> {
  const { request } = input;
  return followOrCancel({ request, ticket }, isAborting, () => follow(input, ticket, reached));
}

async function reconcile(
  input: UpgradeInput,
  lost: Ticket,
  why: string,
  orders: Orders,
): Promise<WorkEnd> {
  const { request, rules } = input;
  const policy = rules.recovery.unknown;
  try {
    const found = await reconciles(policy.reconcileForMs).reconcile.executeWithOptions(
      { summary: 'the answer was lost: look what became of the request' },
      [{ request, lost, lostAt: now(), policy, polling: rules.polling }],
    );
    if (found.state === 'adopted') {
      return await followOurs(input, found.ticket, 'reconciled', orders);
    }
    if (found.state === 'foreign') return await followForeign(input, found.ticket);
    return notSubmitted('requestLost', `${why}; ${found.words}`);
  } catch (error) {
    const words = `${why}; what became of it could not be told: ${wordsOf(error)}`;
    return unlessSeen(input, lost, { reason: 'notReconciled', words });
  }
}

async function refused(input: UpgradeInput, kind: RefusalKind, words: string): Promise<End> {
  switch (kind) {
    case 'forGood':
      return { result: 'rejected', reason: 'refusedForGood', reasonText: words };
    case 'forNow':
      return { result: 'rejected', reason: 'refusedForNow', reasonText: words };
    case 'busy':
      return notSubmitted('busy', words);
    case 'alreadyThere':
      return refusedAsThere(input, words);
  }
}

/** Its word is not enough: the read before the request showed another version. */
async function refusedAsThere(input: UpgradeInput, words: string): Promise<End> {
  const seen = await inspect(input);
  if ('result' in seen) return { result: 'rejected', reason: 'refusedForGood', reasonText: words };
  const step = firstStep(input.request.upgrade, seen, input.wanted);
  if (step.do === 'end' && step.result === 'upToDate') {
    const reasonText = `${words}; ${step.words}`;
    return { result: 'upToDate', reason: step.reason, reasonText, versionAfter: seen.version };
  }
  const reasonText = `${words}; but a fresh read shows version ${seen.version || 'none'}`;
  return { result: 'rejected', reason: 'refusedForGood', reasonText };
}
