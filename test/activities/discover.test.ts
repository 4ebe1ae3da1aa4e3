import { asyncLocalStorage, type Context } from '@temporalio/activity';
import { createListFleet, type FleetPageRequest } from '../../activities/discover';
import {
  AuthenticationError,
  CloudUnavailableError,
  RequestRefusedError,
  UnexpectedAnswerError,
} from '../../cloud/errors';
import type { Fleet, Fleets } from '../../cloud/fleet';
import type { FleetRow } from '../../rollout/fleet';
import { aRow, aSearch } from '../rollout/fleet.builder';

/** What one call does: gives the rows as they are, leaves them out, or throws. */
type Answer = 'there' | 'gone' | Error;

const ROW = aRow({ version: '1', newestVersion: '2' });

/** A fleet of one page that answers so, one after another; the last one again and again. */
function fleetOf(given: {
  readonly rows?: readonly FleetRow[];
  readonly list?: readonly Answer[];
  readonly complete?: readonly Answer[];
}) {
  const { rows = [ROW], list = ['there'], complete = ['there'] } = given;
  const calls = { list: 0, complete: 0, inFlight: 0, most: 0 };
  const next = (answers: readonly Answer[], at: number) => {
    const answer = answers[Math.min(at, answers.length - 1)] ?? 'there';
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const fleet: Fleet = {
    async list() {
      await Promise.resolve();
      next(list, calls.list++);
      return { rows, listed: rows.length, total: rows.length, next: null };
    },
    async complete(_search, asked) {
      calls.inFlight += 1;
      calls.most = Math.max(calls.most, calls.inFlight);
      await new Promise((resolve) => setImmediate(resolve));
      calls.inFlight -= 1;
      return next(complete, calls.complete++) === 'gone' ? [] : asked;
    },
  };
  return { fleet, calls };
}

interface Failure {
  readonly type?: string;
  readonly nonRetryable?: boolean;
}

async function run(fleet: Fleet, change: Partial<FleetPageRequest['search']> = {}) {
  const listFleet = createListFleet({ 'dcs-instance': fleet } as unknown as Fleets);
  const context = {
    cancellationSignal: new AbortController().signal,
    heartbeat: () => undefined,
    sleep: () => Promise.resolve(),
  };
  const request = { search: aSearch(change), from: 0 };
  return asyncLocalStorage
    .run(context as unknown as Context, () => listFleet(request))
    .then(
      (page) => ({ page, error: null }),
      (error: unknown) => ({ page: null, error: error as Failure }),
    );
}

const away = new CloudUnavailableError('away');
const denied = new AuthenticationError('denied');
const refused = new RequestRefusedError('not Redis', 'forGood');
const busy = new RequestRefusedError('busy', 'busy');
const noApi = new RequestRefusedError('no such API', 'endpoint');
const odd = new UnexpectedAnswerError('odd');

test.each([
  { name: 'all is well', complete: ['there'], rows: [{ problem: null }], calls: 1 },
  { name: 'away twice', complete: [away, away, 'there'], rows: [{ problem: null }], calls: 3 },
  { name: 'denied once', complete: [denied, 'there'], rows: [{ problem: null }], calls: 2 },
  { name: 'gone for a moment', complete: ['gone', 'there'], rows: [{ problem: null }], calls: 2 },
  { name: 'gone', complete: ['gone'], rows: [], calls: 3 },
  {
    name: 'refused for good -> nothing to upgrade to',
    complete: [refused],
    rows: [{ problem: 'not Redis', upgradable: false }],
    calls: 3,
  },
  {
    name: 'busy -> it cannot be told',
    complete: [busy],
    rows: [{ problem: 'busy', upgradable: null }],
    calls: 3,
  },
  {
    name: 'an odd answer -> it cannot be told',
    complete: [odd],
    rows: [{ problem: 'odd', upgradable: null }],
    calls: 3,
  },
] as const)('an instance, $name', async ({ complete, rows, calls: made }) => {
  const { fleet, calls } = fleetOf({ complete });

  const { page } = await run(fleet);

  expect(page?.rows).toMatchObject(rows);
  expect(calls.complete).toBe(made);
});

test.each([
  { name: 'the list, away', given: { list: [away] }, type: 'CloudAccess', final: false },
  { name: 'the list, denied', given: { list: [denied] }, type: 'CloudAccess', final: true },
  { name: 'the list, refused', given: { list: [refused] }, type: 'Refused', final: true },
  { name: 'the list, odd', given: { list: [odd] }, type: 'UnexpectedAnswer', final: false },
  { name: 'an instance, away', given: { complete: [away] }, type: 'CloudAccess', final: false },
  { name: 'an instance, denied', given: { complete: [denied] }, type: 'CloudAccess', final: true },
  {
    name: 'an instance, no such API',
    given: { complete: [noApi] },
    type: 'CloudAccess',
    final: true,
  },
])('$name -> the page fails, final: $final', async ({ given, type, final }) => {
  const { page, error } = await run(fleetOf(given).fleet);

  expect(page).toBeNull();
  expect(error).toMatchObject({ type, nonRetryable: final });
});

test.each([
  { upgradable: true, names: ['newer', 'unsaid'] },
  { upgradable: false, names: ['newer', 'newest', 'unsaid'] },
])('upgradable: $upgradable -> $names', async ({ upgradable, names }) => {
  const rows = [
    aRow({ instanceId: 'a', name: 'newer', upgradable: true }),
    aRow({ instanceId: 'b', name: 'newest', upgradable: false }),
    aRow({ instanceId: 'c', name: 'unsaid' }),
  ];

  const { page } = await run(fleetOf({ rows }).fleet, { upgradable });

  expect(page?.rows.map(({ name }) => name)).toEqual(names);
});

test('fifty instances, eight at once; the proxies of one instance together; in their order', async () => {
  const rows = Array.from({ length: 100 }, (_, i) =>
    aRow({ instanceId: `i${Math.floor(i / 2)}`, proxyId: `p${i}` }),
  );
  const { fleet, calls } = fleetOf({ rows });

  const { page } = await run(fleet);

  expect(calls).toMatchObject({ complete: 50, most: 8 });
  expect(page?.rows).toEqual(rows);
});
