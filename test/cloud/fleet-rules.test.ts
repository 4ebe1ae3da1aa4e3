import { isNamed, isTagged, pageOf, tagQuery, zonesOf } from '../../cloud/fleet';
import type { FleetRow, FleetSearch } from '../../rollout/fleet';

test.each([
  { name: 'not the last', from: 0, listed: 100, total: 250, next: 100 },
  { name: 'the last', from: 200, listed: 50, total: 250, next: null },
  { name: 'more than the total', from: 200, listed: 60, total: 250, next: null },
  { name: 'nothing, though the total says more', from: 200, listed: 0, total: 250, next: null },
  { name: 'no total, full', from: 100, listed: 100, total: null, next: 200 },
  { name: 'no total, not full', from: 100, listed: 99, total: undefined, next: null },
  { name: 'no total, nothing', from: 100, listed: 0, total: null, next: null },
])('$name -> next $next', ({ from, listed, total, next }) => {
  expect(pageOf({ from, atMost: 100 }, listed, total)).toEqual({
    ...{ listed, next },
    total: total ?? null,
  });
});

test.each([
  ['shop', null, true],
  ['shop', 'shop', true],
  ['shop', 'sho', false],
  ['shop', '*ho', true],
  ['shop', '*Ho', false],
  ['', '*a', false],
])('name %j, wanted %j -> %j', (name, wanted, expected) => {
  expect(isNamed(name, wanted)).toBe(expected);
});

test.each([
  [{ a: '1', b: '2' }, { a: '1' }, true],
  [{ a: '1' }, { a: '1', b: '2' }, false],
  [{ a: '1' }, { a: '' }, false],
  [{ a: '' }, { a: '' }, true],
  [{}, { constructor: 'x' }, false],
  [{}, {}, true],
])('tags %j, wanted %j -> %j', (tags, wanted, expected) => {
  expect(isTagged(tags as FleetRow['tags'], wanted as FleetSearch['tags'])).toBe(expected);
});

test.each([
  [{}, {}],
  [{ a: '1', b: '' }, { tags: 'a=1,b=' }],
  [{ 'a,b': '1', c: 'x=y', d: '2' }, { tags: 'd=2' }],
  [
    Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`k${i}`, 'v'])),
    { tags: expect.stringMatching(/^(k\d=v,?){10}$/) as string },
  ],
])('tags %j in the query -> %j', (tags, expected) => {
  expect(tagQuery(tags as FleetSearch['tags'])).toEqual(expected);
});

test.each([
  [[], null],
  [[null, undefined, ''], null],
  [['b', 'a', 'b'], 'a+b'],
])('zones %j -> %j', (codes, expected) => {
  expect(zonesOf(codes)).toBe(expected);
});
