import { setTimeout as sleep } from 'node:timers/promises';
import type { Asking, Crowd, Find, Key, Together } from '../../cloud/snapshots';
import { byScope, clockMs, createSnapshots } from '../../cloud/snapshots';

/** What has been read: the number of the read in which a key was asked for. */
function line({ lastsMs = 0, lingerMs = 5, gatherMs = 0, now = clockMs } = {}) {
  const reads: { readonly ids: string[]; readonly lately: number; readonly how: Together }[] = [];
  const begunAtMs: number[] = [];
  const snapshots = createSnapshots<Key, number>(load, { now, lingerMs, gatherMs });

  async function load(crowd: Crowd<Key>, how: Together): Promise<Find<Key, number>> {
    const ids = crowd.keys.map(({ id }) => id);
    begunAtMs.push(clockMs());
    const nth = reads.push({ ids, lately: crowd.lately, how });
    await sleep(lastsMs);
    if (ids.includes('broken')) throw new Error(`read ${nth} failed`);
    return ({ id }) => {
      if (id === 'refused') return new Error('no such thing');
      return id === 'elsewhere' && !ids.includes(id) ? undefined : nth;
    };
  }
  const get = (id: string, asking?: Asking) => snapshots.get({ id }, asking);
  return { get, reads, begunAtMs };
}

test('who asks at about the same instant is answered by one read', async () => {
  const { get, reads } = line();

  const answers = await Promise.all(['a', 'b', 'a'].map((id) => get(id)));

  expect(answers).toEqual([1, 1, 1]);
  expect(reads.map(({ ids, lately }) => ({ ids, lately }))).toEqual([
    { ids: ['a', 'b'], lately: 2 },
  ]);
});

test.each([
  { name: 'a moment before the read began', freshSinceMs: 9_999, expected: 1 },
  { name: 'the instant at which it began', freshSinceMs: 10_000, expected: 1 },
  { name: 'a moment after it', freshSinceMs: 10_000.001, expected: 2 },
  { name: 'no instant at all', freshSinceMs: NaN, expected: 2 },
])('fresh since $name -> read $expected', async ({ freshSinceMs, expected }) => {
  let nowMs = 10_000;
  const { get } = line({ now: () => nowMs });
  await get('a');

  nowMs = 10_500;

  expect(await get('a', { freshSinceMs })).toBe(expected);
});

test.each([
  { name: 'two seconds old', atMs: 12_000, expected: 1 },
  { name: 'older than that', atMs: 12_000.001, expected: 2 },
])('however old it may be, a read $name -> read $expected', async ({ atMs, expected }) => {
  let nowMs = 10_000;
  const { get } = line({ now: () => nowMs });
  await get('a');

  nowMs = atMs;

  expect(await get('a', { freshSinceMs: 0 })).toBe(expected);
});

test('who does not say how old it may be gets a read that begins after the call', async () => {
  const { get, reads } = line({ lastsMs: 50 });

  const first = get('a');
  await sleep(20);
  expect(reads).toHaveLength(1);

  expect(await get('a')).toBe(2);
  expect(await first).toBe(1);
});

test('a read under way that is fresh enough is waited for', async () => {
  const { get, reads } = line({ lastsMs: 50 });
  const askedAtMs = clockMs();

  const first = get('a');
  await sleep(20);

  expect(await get('b', { freshSinceMs: askedAtMs })).toBe(1);
  expect(await first).toBe(1);
  expect(reads).toHaveLength(1);
});

test('what a read says nothing about is read', async () => {
  const { get } = line();
  await get('a');

  expect(await get('elsewhere', { freshSinceMs: 0 })).toBe(2);
});

test('a crowd right behind the first waits for more to come', async () => {
  const { get, begunAtMs, reads } = line({ gatherMs: 100 });
  await get('a');

  await Promise.all([get('b'), sleep(30).then(() => get('c'))]);

  expect(reads.map(({ ids }) => ids)).toEqual([['a'], ['b', 'c']]);
  const [first = NaN, second = NaN] = begunAtMs;
  expect(second - first).toBeGreaterThanOrEqual(98);
});

test('many who come one after the other are made a crowd', async () => {
  const { get, begunAtMs } = line();

  for (let n = 0; n < 20; n += 1) await get(`${n}`);
  await get('late');

  const [before = NaN, last = NaN] = begunAtMs.slice(-2);
  expect(last - before).toBeGreaterThanOrEqual(1_490);
});

test('a crowd waits no longer than the least patient bears', async () => {
  const { get, begunAtMs, reads } = line({ gatherMs: 5_000 });
  await get('a');

  await Promise.all([get('b'), get('c', { gatherForMs: 40 }), get('d', { gatherForMs: 4_000 })]);

  expect(reads.map(({ ids }) => ids)).toEqual([['a'], ['b', 'c', 'd']]);
  const [first = NaN, second = NaN] = begunAtMs;
  expect(second - first).toBeGreaterThanOrEqual(38);
  expect(second - first).toBeLessThan(4_000);
});

test('a failed read fails all who waited for it, and nobody after them', async () => {
  const { get } = line();

  const both = await Promise.allSettled([get('broken'), get('a')]);

  expect(both.map((one) => String((one as PromiseRejectedResult).reason))).toEqual([
    'Error: read 1 failed',
    'Error: read 1 failed',
  ]);
  expect(await get('a', { freshSinceMs: 0 })).toBe(2);
});

test('an error about one key is nobody else’s', async () => {
  const { get } = line();

  const [refused, other] = await Promise.allSettled([get('refused'), get('a')]);

  expect(refused).toMatchObject({ status: 'rejected', reason: { message: 'no such thing' } });
  expect(other).toMatchObject({ value: 1 });
});

test('who is called off gets his reason at once, and the others their answer', async () => {
  const { get } = line({ lastsMs: 50 });
  const controller = new AbortController();

  const called = get('a', { signal: controller.signal });
  const other = get('b');
  setTimeout(() => controller.abort(new Error('called off')), 20);

  await expect(called).rejects.toThrow('called off');
  await expect(get('c', { signal: controller.signal })).rejects.toThrow('called off');
  expect(await other).toBe(1);
});

test('as urgent as the most urgent, as patient as the most patient, ended by nobody', async () => {
  const { get, reads } = line();
  const { signal } = new AbortController();

  await Promise.all([
    get('a', { priority: 'inspect', signal }),
    get('b', { priority: 'verify', patienceMs: 1_000 }),
    get('c', { priority: 'follow', patienceMs: 9_000 }),
  ]);

  expect(reads.map(({ how }) => how)).toEqual([{ priority: 'verify', patienceMs: 9_000 }]);
});

test('a line for each scope, and apart for those who bear to wait', async () => {
  const seen: string[] = [];
  const get = byScope<Key, string>((scope) => {
    seen.push(`${scope.region} ${'cloud' in scope}`);
    return () => Promise.resolve(() => scope.region);
  });
  const scope = { projectId: 'p', region: 'one' };

  await get(scope, { id: 'a' });
  await get({ region: 'one', projectId: 'p' }, { id: 'a' });
  await get({ ...scope, region: 'two' }, { id: 'a' });
  await get({ ...scope, cloud: 'other' }, { id: 'a' });
  await get(scope, { id: 'a' }, { patienceMs: 200_000 });

  expect(seen).toEqual(['one false', 'two false', 'one true', 'one false']);
});
