import { acknowledge, exhausted } from '../../rollout/budget';
import type { BudgetLimits } from '../../rollout/frozen-plan';
import { BUDGETED, type Action, type Budgeted } from '../../rollout/outcome';
import { committedAt, scheduledSubmits, submitsIn, type Evidence } from './evidence';
import { WHO } from './plan';
import type { Quiet } from './play';
import { keyOf, type Violation } from './violation';

/** Rule 2: when nothing may be submitted. */
export function submittedAgainstWill(evidence: Evidence): Violation[] {
  return [...submittedWhileQuiet(evidence), ...submittedOutside(evidence)];
}

function submittedWhileQuiet(evidence: Evidence): Violation[] {
  const { journal, report } = evidence;
  const quiet = [...evidence.quiet, ...exhaustedSpans(evidence)];
  const scheduled = scheduledSubmits(evidence);
  return submitsIn(journal).flatMap(({ seq, at, target }) => {
    const spans = quiet.filter(({ from, to }) => from < at && (to === null || at < to));
    const instance = report.targets.find((each) => keyOf(each) === target)?.instanceId;
    // An attempt whose submit had been handed out before counts as in flight.
    const span = spans.find(({ from }) => handedOut(scheduled, instance, at) > from);
    if (span === undefined) return [];
    const words = `line ${seq}: submitted at ${at} in spite of the ${span.why} of ${span.from}`;
    return [{ rule: 2, target, words }];
  });
}

/** When the submit that left at an instant had been handed to a worker. */
export function handedOut(
  scheduled: ReturnType<typeof scheduledSubmits>,
  instanceId: string | undefined,
  at: string,
): string {
  return scheduled.findLast((one) => one.instanceId === instanceId && one.at <= at)?.at ?? at;
}

// What was sent at the last instant arrives a little later.
const ON_ITS_WAY_MS = 500;

function submittedOutside({ journal, frozen, cuts }: Evidence): Violation[] {
  const { openings = null } = frozen.rules;
  if (openings === null) return [];
  return submitsIn(journal).flatMap(({ seq, at, target }) => {
    // A network that stood still brings late what was sent in time.
    const held = cuts.find(
      ({ of, how, from, to }) =>
        of !== 'server' && how === 'frozen' && from < at && at < later(to, ON_ITS_WAY_MS),
    );
    const sent = held?.from ?? later(at, -ON_ITS_WAY_MS);
    const isInside = openings.spans.some(
      ({ from, to }) => (from <= sent && sent < to) || (from <= at && at < to),
    );
    const words = `line ${seq}: submitted at ${at}, when no window was open`;
    return isInside ? [] : [{ rule: 2, target, words }];
  });
}

/** What changes whether a budget is exhausted. */
type Change =
  | { readonly at: string; readonly ended: Budgeted; readonly wave: string }
  | { readonly at: string; readonly act: Action };

/** The whole rollout (null), or a wave. */
interface Spending {
  readonly scope: string | null;
  readonly limits: BudgetLimits;
  readonly used: Readonly<Record<Budgeted, number>>;
}

/**
 * From when a wave had noted the end that exhausted a budget, to when a person raised or accepted it;
 * by the outcomes and acts of the report.
 */
export function exhaustedSpans(evidence: Evidence): Quiet[] {
  const { frozen, report } = evidence;
  const none = { rejected: 0, failed: 0, unknown: 0 };
  let spendings: readonly Spending[] = [
    { scope: null, limits: frozen.budget, used: none },
    ...frozen.waves.map(({ name, budget }) => ({ scope: name, limits: budget, used: none })),
  ];
  const spans: Quiet[] = [];
  let since: string | null = null;
  let paused = false;
  for (const change of changesIn(evidence)) {
    if ('ended' in change) spendings = spendings.map((each) => spent(each, change));
    else {
      const { act } = change;
      if (act.action === 'resume' && act.wave === null && !paused) spendings = accepted(spendings);
      if (act.action === 'pause' && act.wave === null) paused = true;
      if (act.action === 'resume' && act.wave === null) paused = false;
      if (act.by === WHO) spendings = spendings.map((each) => raised(each, act));
    }
    const isSpent = spendings.some(({ used, limits }) => exhausted(used, limits) !== null);
    if (isSpent && since === null && 'ended' in change) {
      const id = `${report.rolloutId}/wave/${change.wave}`;
      since = committedAt(evidence, (workflowId) => workflowId === id, change.at);
    }
    if (!isSpent && since !== null) {
      spans.push({ from: since, to: change.at, why: 'exhausted budget' });
      since = null;
    }
  }
  return since === null ? spans : [...spans, { from: since, to: null, why: 'exhausted budget' }];
}

function changesIn({ report }: Evidence): readonly Change[] {
  const ends = report.targets.flatMap(({ outcome, endedAt, wave }): Change[] => {
    const ended = BUDGETED.find((kind) => kind === outcome);
    return ended && endedAt !== null ? [{ at: endedAt, ended, wave }] : [];
  });
  const acts = report.actions.map((act): Change => ({ at: act.at, act }));
  return [...ends, ...acts].sort((a, b) => a.at.localeCompare(b.at));
}

function spent(spending: Spending, change: { ended: Budgeted; wave: string }): Spending {
  const { scope, used } = spending;
  if (scope !== null && scope !== change.wave) return spending;
  return { ...spending, used: { ...used, [change.ended]: used[change.ended] + 1 } };
}

/** Of a person who resumes although nothing is paused. */
function accepted(spendings: readonly Spending[]): readonly Spending[] {
  return spendings.map((each) => ({ ...each, limits: acknowledge(each.limits, each.used) }));
}

function raised(spending: Spending, { action, wave, change }: Action): Spending {
  if (action !== 'budget' || wave !== spending.scope) return spending;
  const found = [...(change ?? '').matchAll(/(\w+) \w+ to (\d+)/g)];
  const limits = Object.fromEntries(found.map(([, kind, to]) => [kind ?? '', Number(to)]));
  return { ...spending, limits: { ...spending.limits, ...limits } };
}

function later(instant: string, ms: number): string {
  return new Date(Date.parse(instant) + ms).toISOString();
}
