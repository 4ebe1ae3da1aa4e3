import {
  filterWords,
  isNamePattern,
  isUpgradable,
  labelsOf,
  type FleetRow,
} from '../../rollout/fleet';
import { aRow } from './fleet.builder';

test.each([
  { name: 'no tags, no window', given: {}, expected: {} },
  { name: 'tags', given: { tags: { team: 'a' } }, expected: { team: 'a' } },
  {
    name: 'a window',
    given: { maintenanceWindow: '02:00-06:00' },
    expected: { maintenanceWindow: '02:00-06:00' },
  },
  {
    name: 'tags that are called like columns',
    given: { tags: { name: 'x', version: '1', az: 'z', family: 'f', labels: 'l', upgrade: 'u' } },
    expected: {
      'tag.name': 'x',
      'tag.version': '1',
      'tag.az': 'z',
      'tag.family': 'f',
      'tag.labels': 'l',
      'tag.upgrade': 'u',
    },
  },
  {
    name: 'a tag that is called like the window',
    given: { maintenanceWindow: '02:00-06:00', tags: { maintenanceWindow: 'never' } },
    expected: { maintenanceWindow: '02:00-06:00', 'tag.maintenanceWindow': 'never' },
  },
  { name: 'a tag without a value', given: { tags: { team: '', tier: ' ' } }, expected: {} },
  { name: 'blanks around', given: { tags: { ' team ': ' a b ' } }, expected: { team: 'a b' } },
])('labels, $name', ({ given, expected }) => {
  expect(labelsOf(aRow(given as Partial<FleetRow>))).toEqual(expected);
});

test.each([
  {
    name: 'the cloud says yes',
    given: { upgradable: true, version: '2', newestVersion: '2' },
    is: true,
  },
  {
    name: 'the cloud says no',
    given: { upgradable: false, version: '1', newestVersion: '2' },
    is: false,
  },
  { name: 'it says nothing, newer', given: { version: '1', newestVersion: '2' }, is: true },
  { name: 'it says nothing, the same', given: { version: '2', newestVersion: '2' }, is: false },
  { name: 'nothing is known', given: {}, is: true },
])('upgradable, $name -> $is', ({ given, is }) => {
  expect(isUpgradable(aRow(given))).toBe(is);
});

test.each([
  ['prod', true],
  ['*prod', true],
  ['*', false],
  ['', false],
  ['prod*', false],
  ['*prod*', false],
  ['**prod', false],
])('%j as a name -> %j', (text, expected) => {
  expect(isNamePattern(text)).toBe(expected);
});

test.each([
  [{ name: null, tags: {}, upgradable: false }, ''],
  [
    { name: '*prod', tags: { a: '1', b: '' }, upgradable: true },
    'name *prod, tag a=1, tag b=, upgradable',
  ],
])('%j in words: %s', (filter, words) => {
  expect(filterWords(filter)).toBe(words);
});
