import type { Outcome } from '../../rollout/outcome';
import type { ReportedTarget } from '../../rollout/report';
import { flightsIn, hasIt, submittedIn, type Flight } from '../support/judge';
import type { FleetRow, JournalLine } from '../support/world';
import { readable, scheduledSubmits, submitsIn, type Evidence } from './evidence';
import { FAMILY_MAX, FOLLOW_FOR_MS, RECONCILE_FOR_MS } from './plan';
import { notUndone } from './verdict-hooks';
import { handedOut, submittedAgainstWill } from './verdict-quiet';
import { keyOf, type Violation } from './violation';

/** A flight with what the report says of its target. */
interface Judged extends Flight {
  readonly of: ReportedTarget;
  /** The line from which it no longer counts: it ended, or its attempt gave it up as unknown. */
  readonly until: number;
}

/** Everything in which a story's evidence contradicts the rules. */
export function judge(evidence: Evidence, secrets: readonly string[]): Violation[] {
  const flights = judgedFlights(evidence);
  return [
    ...tooManyAtOnce(evidence, flights),
    ...tooManyAfterLowering(evidence, flights),
    ...submittedAgainstWill(evidence),
    ...submittedAgain(evidence, flights),
    ...twoOnOneInstance(flights),
    ...notOneOutcome(evidence),
    ...evidence.report.targets.flatMap((target) => dishonest(target, evidence, flights)),
    ...lostSight(evidence, flights),
    ...notUndone(evidence),
    ...secretsShown(evidence, secrets),
    ...decidedOtherwise(evidence),
  ];
}

function judgedFlights({ journal, report }: Evidence): Judged[] {
  return flightsIn(journal).flatMap((flight) => {
    const of = report.targets.find((each) => keyOf(each) === flight.target);
    if (of === undefined) return [];
    const to = flight.to ?? Infinity;
    const givenUp = of.outcome === 'unknown' && of.endedAt !== null ? of.endedAt : null;
    const line = givenUp === null ? undefined : journal.find(({ at }) => at >= givenUp);
    return [{ ...flight, of, until: Math.min(to, line?.seq ?? to) }];
  });
}

function tooManyAtOnce({ frozen }: Evidence, flights: readonly Judged[]): Violation[] {
  const places = frozen.waves.map(({ name, concurrency }) => ({
    name: `wave ${name}`,
    most: concurrency,
    among: flights.filter(({ of }) => of.wave === name),
  }));
  const families = [...new Set(flights.map(({ of }) => of.family))].map((family) => ({
    name: family,
    most: FAMILY_MAX,
    among: flights.filter(({ of }) => of.family === family),
  }));
  return [...places, ...families].flatMap(({ name, most, among }) =>
    among.flatMap(({ target, from }) => {
      const together = among.filter((each) => each.from <= from && each.until > from);
      const others = together.map((each) => each.target).join(', ');
      const words = `line ${from}: ${together.length} at once in ${name}, at most ${most}: ${others}`;
      return together.length > most ? [{ rule: 1, target, words }] : [];
    }),
  );
}

function tooManyAfterLowering(evidence: Evidence, flights: readonly Judged[]): Violation[] {
  const { journal, lowered } = evidence;
  const scheduled = scheduledSubmits(evidence);
  return lowered.flatMap(({ from: since, most }) =>
    flights.flatMap(({ target, from, of }) => {
      const at = journal.find(({ seq }) => seq === from)?.at ?? '';
      if (handedOut(scheduled, of.instanceId, at) <= since) return [];
      const count = flights.filter((each) => each.from <= from && each.until > from).length;
      const words = `line ${from}: ${count} at once, at most ${most} since ${since}`;
      return count > most ? [{ rule: 1, target, words }] : [];
    }),
  );
}

function submittedAgain({ journal }: Evidence, flights: readonly Judged[]): Violation[] {
  return submitsIn(journal).flatMap(({ seq, target }) => {
    const before = flights.filter((each) => each.target === target && each.from < seq);
    return before.flatMap(({ from, to, result }) => {
      const runs = to === null || to > seq;
      if (!runs && result !== 'succeeded') return [];
      const words = `line ${seq}: again, though that of line ${from} ${runs ? 'ran' : 'had worked'}`;
      return [{ rule: 3, target, words }];
    });
  });
}

function twoOnOneInstance(flights: readonly Judged[]): Violation[] {
  return flights.flatMap((flight) => {
    const others = flights.filter(
      (each) =>
        each !== flight &&
        each.of.instanceId === flight.of.instanceId &&
        each.from <= flight.from &&
        each.until > flight.from,
    );
    return others.map((other) => ({
      rule: 4,
      target: flight.target,
      words: `line ${flight.from}: began while ${other.target} of the same instance ran`,
    }));
  });
}

function notOneOutcome({ frozen, fleet, report }: Evidence): Violation[] {
  const found: string[] = [];
  const times = new Map<string, number>();
  for (const each of report.targets) times.set(keyOf(each), (times.get(keyOf(each)) ?? 0) + 1);
  const planned = frozen.waves.flatMap(({ targets }) => targets);
  if (planned.length !== fleet.length)
    found.push(`${planned.length} of ${fleet.length} are planned`);
  for (const each of planned) {
    const count = times.get(keyOf(each)) ?? 0;
    if (count !== 1) found.push(`${keyOf(each)} is ${count} times in the report`);
  }
  const open = report.targets.filter(({ outcome }) => outcome === null);
  found.push(...open.map((each) => `${keyOf(each)} has no outcome`));
  if (report.partial || report.endedAt === null) found.push('the report is partial');
  for (const outcome of OUTCOMES) {
    const listed = report.targets.filter((each) => each.outcome === outcome).length;
    if (listed !== report.counts[outcome]) {
      found.push(`${listed} targets are ${outcome}, the counts say ${report.counts[outcome]}`);
    }
  }
  return found.map((words) => ({ rule: 5, target: null, words }));
}

const OUTCOMES = ['succeeded', 'upToDate', 'rejected', 'failed', 'unknown', 'skipped'] as const;

/** Whether the outcome, the version and the attempts are what the cloud shows. */
function dishonest(
  target: ReportedTarget,
  { fleet, fleetBefore }: Evidence,
  flights: readonly Judged[],
): Violation[] {
  const key = keyOf(target);
  const row = fleet.find((each) => keyOf(each) === key);
  const before = fleetBefore.find((each) => keyOf(each) === key);
  if (!row || !before) return [{ rule: 5, target: key, words: 'is not in the fleet' }];
  const all = flights.filter((flight) => flight.target === key);
  const own = all.filter((flight) => !isCancelled(flight));
  const wrong = contradiction(target, { row, own });
  const found = wrong === null ? [] : [wrong];
  const called = target.attempts.filter(({ reason }) => reason === 'cancelled').length;
  if (called > all.length - own.length) found.push('says cancelled, and nothing was');
  const { outcome, versionAfter, versionBefore } = target;
  if (outcome === 'succeeded' && versionAfter !== row.version) {
    found.push(`versionAfter is ${versionAfter}`);
  }
  if (versionBefore !== before.version) found.push(`versionBefore is ${versionBefore}`);
  const state = `${outcome}/${target.reason}; the cloud went from ${before.version} to ${row.version}, wanted ${row.latest}, ${flightWords(all)}`;
  return found.map((words) => ({ rule: 5, target: key, words: `${words}: ${state}` }));
}

/** Scheduled, and called off before it began: nothing has been done to the target. */
function isCancelled({ to, result }: Flight): boolean {
  return to !== null && result === null;
}

function contradiction(
  target: ReportedTarget,
  { row, own }: { row: FleetRow; own: readonly Judged[] },
): string | null {
  const there = hasIt(row, row.latest);
  const outcome: Outcome | null = target.outcome;
  switch (outcome) {
    case null:
      return null;
    case 'succeeded':
      if (!there) return 'has not the wanted version';
      return own.at(-1)?.result === 'succeeded' ? null : 'no upgrade of ours succeeded';
    case 'upToDate':
      if (!there) return 'has not the wanted version';
      return own.length === 0 ? null : 'it was our upgrade';
    case 'rejected':
    case 'skipped':
      return own.length === 0 ? null : 'something was begun';
    case 'failed':
      if (own.length === 0) return 'nothing was begun';
      return own.every(({ result }) => result === 'failed') ? null : 'an upgrade did not fail';
    case 'unknown':
      return unknownTooSoon(target, own);
  }
}

/** Allowed where a job is stuck or a limit has passed. */
function unknownTooSoon(target: ReportedTarget, own: readonly Judged[]): string | null {
  if (own.some(({ to }) => to === null)) return null;
  const since = target.attempts.findLast(({ submittedAt }) => submittedAt !== null)?.submittedAt;
  const spentMs = Date.parse(target.endedAt ?? '') - Date.parse(since ?? '');
  // The last look is made a little before the limit, and the attempt's start is not the request.
  const limitMs = Math.min(FOLLOW_FOR_MS, RECONCILE_FOR_MS) - 2_000;
  return spentMs >= limitMs ? null : `called unknown after ${spentMs} ms`;
}

/** What was begun has ended before its target did, or the target is unknown. */
function lostSight({ journal, report }: Evidence, flights: readonly Judged[]): Violation[] {
  const found = flights.flatMap(({ target, of, from, to }) => {
    if (of.outcome === 'unknown') return [];
    const ended = to === null ? null : journal.find(({ seq }) => seq === to);
    if (!ended) return [{ rule: 6, target, words: `line ${from}: it runs, but is ${of.outcome}` }];
    const early = of.endedAt !== null && of.endedAt < ended.at;
    const words = `line ${to}: ended at ${ended.at}, the target already at ${of.endedAt}`;
    return early ? [{ rule: 6, target, words }] : [];
  });
  const strange = flightsIn(journal).filter(
    ({ target }) => !report.targets.some((each) => keyOf(each) === target),
  );
  return [
    ...found,
    ...strange.map(({ target }) => ({ rule: 6, target, words: 'began, and is not in the report' })),
  ];
}

/** Tokens are no constants: they are known by their form. */
const TOKEN = /MII[\w-]{20,}\.[\w-]{20,}|SDK-HMAC-SHA256 Access/;

function secretsShown(
  { histories, logs, report }: Evidence,
  secrets: readonly string[],
): Violation[] {
  const texts = [
    ...histories.map((each) => ({ name: `history of ${each.workflowId}`, text: readable(each) })),
    ...logs.map((text, index) => ({ name: `log of worker ${index}`, text })),
    { name: 'report', text: JSON.stringify(report) },
  ];
  return texts.flatMap(({ name, text }) => {
    const shown = secrets.some((secret) => text.includes(secret)) || TOKEN.test(text);
    return shown ? [{ rule: 8, target: null, words: `a secret is in the ${name}` }] : [];
  });
}

/**
 * Rule 9, as far as it can be derived again: the same plan and fleet are frozen alike, and workflows
 * that are given their own histories decide as they did. That two rollouts with the same answers at
 * the same instants go alike is for rollout/'s simulator to show: here no instant comes twice.
 */
function decidedOtherwise({ frozenTwice, notReplayed }: Evidence): Violation[] {
  const [one, other] = frozenTwice.map((frozen) => JSON.stringify({ ...frozen, frozenAt: null }));
  const words = [
    ...(one === other ? [] : ['the plan was frozen twice, and not alike']),
    ...notReplayed.map((each) => `replayed, and not alike: ${each}`),
  ];
  return words.map((each) => ({ rule: 9, target: null, words: each }));
}

function flightWords(own: readonly Flight[]): string {
  if (own.length === 0) return 'nothing was begun';
  return own.map(({ from, to, result }) => `begun ${from}, ended ${to}: ${result}`).join('; ');
}

/** The lines of the journal that are about a target, for a person. */
export function linesAbout(journal: readonly JournalLine[], target: string): string[] {
  return journal
    .filter(
      (line) =>
        submittedIn(line).includes(target) || line.effects.some((each) => keyOf(each) === target),
    )
    .map(({ seq, at, method, path, status, fault, effects }) => {
      const what = effects.map(({ kind, result }) => (result ? `${kind} ${result}` : kind));
      const asked = method === null ? '' : `${method} ${path} ${status ?? 'lost'}`;
      return [seq, at, asked, fault ?? '', what.join(', ')].filter(Boolean).join(' ');
    });
}
