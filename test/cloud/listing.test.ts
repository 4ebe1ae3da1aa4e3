import {
  AuthenticationError,
  CloudUnavailableError,
  RequestRefusedError,
  UnexpectedAnswerError,
} from '../../cloud/errors';
import { fromListing, pageQuery, type Page } from '../../cloud/listing';
import type { Key } from '../../cloud/snapshots';

interface Row {
  readonly id: string;
  readonly of: string;
}

const rowsOf = (...names: readonly string[]): Row[] => names.map((of, i) => ({ id: `${i}`, of }));

interface WorldOptions {
  readonly rows?: readonly Row[];
  readonly rowsPerKey?: 'one' | 'many';
  readonly total?: number | null;
  readonly error?: Error | null;
}

/** A list of pages of two rows; what is read alone is marked so. Its calls are kept in order. */
function world(options: WorldOptions = {}) {
  const { rows = [], rowsPerKey = 'one', error = null } = options;
  const { total = rows.length } = options;
  const calls: string[] = [];
  const load = fromListing<Key, Row, string>({
    pageSize: 2,
    rowsPerKey,
    readPage(page) {
      calls.push(`page ${page}`);
      if (error !== null) return Promise.reject(error);
      return Promise.resolve({ rows: rows.slice(page * 2, page * 2 + 2), total });
    },
    rowId: ({ id }) => id,
    keyId: ({ of }) => of,
    valueOf: (own) => own.map(({ id }) => id).join('+') || 'none',
    readAlone({ id }) {
      calls.push(id);
      if (id === 'gone') return Promise.reject(new RequestRefusedError('no such', 'notFound'));
      return Promise.resolve(`${id} alone`);
    },
  });
  async function ask(ids: readonly string[], lately = ids.length) {
    calls.length = 0;
    const find = await load({ keys: ids.map((id) => ({ id })), lately }, {});
    return { answers: ids.map((id) => find({ id })), calls: [...calls], find };
  }
  return { ask };
}

test.each([
  { name: 'nobody else asks -> alone', rows: rowsOf('a'), ids: ['a'], lately: 1, calls: ['a'] },
  {
    name: 'others asked lately, one page -> the list, for those who will come',
    rows: rowsOf('a'),
    ids: ['a'],
    lately: 2,
    calls: ['page 0'],
  },
  {
    name: 'two, one page -> the list',
    rows: rowsOf('a', 'b'),
    ids: ['a', 'b'],
    calls: ['page 0'],
  },
  {
    name: 'all found on the first page -> no second one',
    rows: rowsOf('a', 'b', 'c'),
    ids: ['a', 'b'],
    calls: ['page 0'],
  },
  {
    name: 'as many pages left as keys -> the list to its end',
    rows: rowsOf('x', 'y', 'z', 'b', 'a'),
    ids: ['a', 'b'],
    calls: ['page 0', 'page 1', 'page 2'],
  },
  {
    name: 'more pages left than keys -> those alone',
    rows: rowsOf('x', 'y', 'z', 'b', 'a', 'w', 'v'),
    ids: ['a', 'b'],
    calls: ['page 0', 'a', 'b'],
  },
  {
    name: 'not in the list -> alone, which alone says that it is gone',
    rows: rowsOf('a'),
    ids: ['a', 'gone'],
    calls: ['page 0', 'gone'],
  },
  { name: 'an empty list -> each alone', rows: [], ids: ['a', 'b'], calls: ['page 0', 'a', 'b'] },
])('$name', async ({ rows, ids, lately, calls }) => {
  expect((await world({ rows }).ask(ids, lately)).calls).toEqual(calls);
});

test('how long the list is is remembered: no page of a list that does not pay', async () => {
  const { ask } = world({ rows: rowsOf('x', 'y', 'z', 'w', 'v') });

  await ask(['a', 'b']);

  expect((await ask(['a', 'b'])).calls).toEqual(['a', 'b']);
  expect((await ask(['a', 'b', 'z'])).calls).toEqual(['page 0', 'page 1', 'page 2', 'a', 'b']);
});

test('a list that does not say how long it is is read until a page is not full', async () => {
  const { ask } = world({ rows: rowsOf('x', 'y', 'z', 'a'), total: null });

  const { calls, answers } = await ask(['a', 'b', 'c']);

  expect(calls).toEqual(['page 0', 'page 1', 'page 2', 'b', 'c']);
  expect(answers).toEqual(['3', 'b alone', 'c alone']);
});

test('a list that goes round in circles ends', async () => {
  const load = fromListing<Key, Row, string>({
    pageSize: 2,
    rowsPerKey: 'one',
    readPage: () => Promise.resolve({ rows: rowsOf('x', 'y'), total: null }),
    rowId: ({ id }) => id,
    keyId: ({ of }) => of,
    valueOf: () => 'listed',
    readAlone: () => Promise.resolve('alone'),
  });

  const find = await load({ keys: [{ id: 'a' }, { id: 'b' }, { id: 'c' }], lately: 3 }, {});

  expect(find({ id: 'a' })).toBe('alone');
});

test('an error of what is read alone is that key’s', async () => {
  const { answers } = await world({ rows: rowsOf('a') }).ask(['a', 'gone']);

  expect(answers[0]).toBe('0');
  expect(answers[1]).toBeInstanceOf(RequestRefusedError);
});

test('who asks later is answered from what the list held', async () => {
  const { find } = await world({ rows: rowsOf('a', 'b') }).ask(['a'], 2);

  expect([find({ id: 'b' }), find({ id: 'c' })]).toEqual(['1', undefined]);
});

test.each([
  { name: 'refused', error: new RequestRefusedError('no such API', 'endpoint') },
  { name: 'not understood', error: new UnexpectedAnswerError('odd') },
  { name: 'not permitted', error: new AuthenticationError('denied', { status: 403 }) },
])('a list that is $name: each alone, and the list is left alone for a while', async (row) => {
  const { ask } = world({ error: row.error });

  expect(await ask(['a', 'b'])).toMatchObject({
    answers: ['a alone', 'b alone'],
    calls: ['page 0', 'a', 'b'],
  });
  expect((await ask(['a', 'b'])).calls).toEqual(['a', 'b']);
});

test.each([
  { name: 'a service that is ill', error: new CloudUnavailableError('away') },
  { name: 'a key that is refused', error: new AuthenticationError('wrong', { status: 401 }) },
])('$name is everybody’s trouble, and not asked a hundred times', async ({ error }) => {
  const { ask } = world({ error });

  await expect(ask(['a', 'b'])).rejects.toBe(error);
});

describe('several rows for one key', () => {
  const rows = rowsOf('a', 'b', 'a');

  test('a whole list tells all of them, and that there are none', async () => {
    const { answers, calls } = await world({ rows, rowsPerKey: 'many' }).ask(['a', 'c']);

    expect(answers).toEqual(['0+2', 'none']);
    expect(calls).toEqual(['page 0', 'page 1']);
  });

  test.each([
    { name: 'of which a row is missing', total: 4, pages: ['page 0', 'page 1'] },
    { name: 'that is too long', total: 9, pages: ['page 0'] },
  ])('a list $name tells nothing of anybody', async ({ total, pages }) => {
    const { answers, calls } = await world({ rows, rowsPerKey: 'many', total }).ask(['a', 'c']);

    expect(answers).toEqual(['a alone', 'c alone']);
    expect(calls).toEqual([...pages, 'a', 'c']);
  });
});

/** A list of several rows for a key, of pages of two, which may say anything of its length. */
function pagesOf(pageAt: (page: number) => Page<Row>) {
  return fromListing<Key, Row, string>({
    pageSize: 2,
    rowsPerKey: 'many',
    readPage: (page) => Promise.resolve(pageAt(page)),
    rowId: ({ id }) => id,
    keyId: ({ of }) => of,
    valueOf: () => 'listed',
    readAlone: ({ id }) => Promise.resolve(`${id} alone`),
  });
}

test.each([
  { name: 'shrinks', totals: [4, 3], rows: [rowsOf('a', 'b'), [{ id: '3', of: 'a' }]] },
  {
    name: 'shrinks and grows again',
    totals: [5, 4, 5],
    rows: [
      rowsOf('a', 'b'),
      [
        { id: '3', of: 'a' },
        { id: '4', of: 'b' },
      ],
      [{ id: '5', of: 'b' }],
    ],
  },
])('a list that $name between two pages tells nothing of anybody', async ({ totals, rows }) => {
  const load = pagesOf((page) => ({ rows: rows[page] ?? [], total: totals[page] ?? null }));

  const find = await load({ keys: [{ id: 'a' }, { id: 'b' }], lately: 2 }, {});

  expect([find({ id: 'a' }), find({ id: 'b' })]).toEqual(['a alone', 'b alone']);
});

test('a list that grows between two pages is read to its end', async () => {
  const rows = rowsOf('a', 'b', 'c', 'd', 'e');
  const load = pagesOf((page) => ({
    rows: rows.slice(page * 2, page * 2 + 2),
    total: page === 0 ? 3 : 5,
  }));

  const keys = ['a', 'b', 'c', 'd', 'e'].map((id) => ({ id }));
  const find = await load({ keys, lately: 5 }, {});

  expect(find({ id: 'e' })).toBe('listed');
});

test('the first page has no offset, which begins at 0 here and at 1 there', () => {
  expect([pageQuery(0, 50), pageQuery(2, 50)]).toEqual([
    { limit: '50' },
    { limit: '50', offset: '100' },
  ]);
});
