import type { TargetState } from '../../rollout/wave-state';
import type { FleetRow, JournalLine } from './world';

/** Credentials and throttling: the request did not reach the service. */
const TURNED_AWAY = [401, 403, 429];

/**
 * What the cloud's own journal says against the rules that always hold (docs/architecture.md): an
 * upgrade begun while one of the same target ran, or after one had succeeded.
 */
export function violations(journal: readonly JournalLine[]): string[] {
  const running = new Set<string>();
  const done = new Set<string>();
  const found: string[] = [];
  for (const { seq, effects, method, path, body, status } of journal) {
    // A submit that the cloud itself refused as a second one is our mistake all the same.
    if (method === 'POST' && status !== null && !TURNED_AWAY.includes(status)) {
      const words = `${path} ${JSON.stringify(body)}`;
      const twice = [...running, ...done].filter((target) => words.includes(target));
      found.push(...twice.map((target) => `line ${seq}: ${target} was submitted again`));
    }
    for (const { kind, instanceId, proxyId, result } of effects) {
      const target = proxyId ?? instanceId;
      if (kind === 'upgradeStarted') {
        if (running.has(target)) found.push(`line ${seq}: ${target} began while one was running`);
        if (done.has(target)) found.push(`line ${seq}: ${target} began though it had succeeded`);
        running.add(target);
      } else {
        running.delete(target);
        if (result === 'succeeded') done.add(target);
      }
    }
  }
  return found;
}

/** Targets whose outcome is not what the cloud shows. */
export function dishonest(targets: readonly TargetState[], fleet: readonly FleetRow[]): string[] {
  return targets.flatMap(({ target, end }) => {
    const key = target.proxyId ?? target.instanceId;
    const row = fleet.find(({ instanceId, proxyId }) => (proxyId ?? instanceId) === key);
    if (!row || !end) return [`${key}: ${row ? 'no outcome' : 'not in the fleet'}`];
    const there = hasIt(row, target.wanted ?? row.latest);
    const says = `${key}: ${end.outcome}/${end.reason}, but the cloud has ${row.version} of ${row.latest}`;
    switch (end.outcome) {
      case 'succeeded':
        return there && row.upgradesStarted > 0 ? [] : [says];
      case 'upToDate':
        return there && row.upgradesStarted === 0 ? [] : [says];
      case 'rejected':
      case 'skipped':
        return row.upgradesStarted === 0 ? [] : [says];
      case 'failed':
        return there ? [says] : [];
      case 'unknown':
        return [];
    }
  });
}

/** Versions of the emulator are compared by the letter; hot patches as a set, others may be there. */
export function hasIt({ version }: FleetRow, wanted: string): boolean {
  const installed = version.split(',');
  return wanted.split(',').every((each) => installed.includes(each));
}

const PROXY_SUBMIT = /\/proxy\/([^/]+)\/upgrade-version$/;
const CACHE_SUBMIT = /\/instances\/([^/]+)\/minor-version\/upgrade$/;
const LIST_SUBMIT = /\/instances\/(database-version\/upgrade|db-upgrade\/schedule-task)$/;
const INSTANCE_ID = /[0-9a-zA-Z]{32}in(07|14)/g;

/** The instances or proxies that a line asks to upgrade, whatever came of it; none: it asks for none. */
export function submittedIn({
  method,
  path,
  body,
}: Pick<JournalLine, 'method' | 'path' | 'body'>): readonly string[] {
  if (method !== 'POST' || path === null) return [];
  const one = PROXY_SUBMIT.exec(path)?.[1] ?? CACHE_SUBMIT.exec(path)?.[1];
  if (one !== undefined) return [one];
  return LIST_SUBMIT.test(path) ? (JSON.stringify(body).match(INSTANCE_ID) ?? []) : [];
}

/** An upgrade as the journal shows it, from its beginning to its end; null: not ended. */
export interface Flight {
  readonly target: string;
  readonly from: number;
  readonly to: number | null;
  readonly result: 'succeeded' | 'failed' | null;
}

/** Every upgrade that the cloud has begun, in order; `from` and `to` are lines of the journal. */
export function flightsIn(journal: readonly JournalLine[]): Flight[] {
  const flights: { target: string; from: number; to: number | null; result: Flight['result'] }[] =
    [];
  for (const { seq, effects } of journal) {
    for (const { kind, instanceId, proxyId, result } of effects) {
      const target = proxyId ?? instanceId;
      if (kind === 'upgradeStarted') flights.push({ target, from: seq, to: null, result: null });
      const open = flights.find((each) => each.target === target && each.to === null);
      // A scheduled one that was cancelled has no result.
      if (kind !== 'upgradeStarted' && open) Object.assign(open, { to: seq, result });
    }
  }
  return flights;
}

/** The most upgrades of these targets that ran together, counted when each of them began. */
export function mostAtOnce(flights: readonly Flight[]): number {
  const together = flights.map(
    ({ from }) => flights.filter((one) => one.from <= from && (one.to ?? Infinity) > from).length,
  );
  return Math.max(0, ...together);
}
