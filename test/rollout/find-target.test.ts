import { findTarget } from '../../rollout/find-target';
import { frozenPlan, frozenTarget, frozenWave } from './frozen-builder';

const frozen = frozenPlan(
  [
    frozenWave('canary', [
      frozenTarget('cache-a1', { name: 'shop' }),
      frozenTarget('mysql-b2', { proxyId: 'proxy-c3', name: 'twin' }),
      frozenTarget('mysql-b2', { proxyId: 'proxy-d4', name: 'twin' }),
    ]),
    frozenWave('rest', [
      frozenTarget('mysql-e5', { proxyId: 'proxy-f6', name: 'cache-a1' }),
      frozenTarget('gauss-g7', { upgrade: 'kernel' }),
      frozenTarget('gauss-g7', { upgrade: 'patch' }),
    ]),
  ],
  { unmatched: [frozenTarget('left-h8', { name: 'alone' })] },
);

test.each([
  { name: 'an instance id', named: 'cache-a1', expected: ['canary', 'cache-a1', null] },
  { name: 'a proxy id', named: 'proxy-d4', expected: ['canary', 'mysql-b2', 'proxy-d4'] },
  { name: 'both ids', named: 'mysql-b2/proxy-c3', expected: ['canary', 'mysql-b2', 'proxy-c3'] },
  { name: 'a name', named: 'shop', expected: ['canary', 'cache-a1', null] },
  {
    name: 'the instance of its only proxy',
    named: 'mysql-e5',
    expected: ['rest', 'mysql-e5', 'proxy-f6'],
  },
])('$name -> found', ({ named, expected }) => {
  const found = findTarget(frozen, named);

  const place = found.kind === 'found' ? found.place : null;
  expect([place?.wave, place?.target.instanceId, place?.target.proxyId]).toEqual(expected);
});

test.each([
  {
    name: 'a name that two share -> both ids',
    named: 'twin',
    why: 'twin stands for 2 targets: proxy-c3 (cache, wave canary), proxy-d4 (cache, wave canary); say the id of one',
  },
  {
    name: 'an instance with two proxies -> both ids',
    named: 'mysql-b2',
    why: 'mysql-b2 stands for 2 targets: proxy-c3 (cache, wave canary), proxy-d4 (cache, wave canary); say the id of one',
  },
  {
    name: 'an instance with two upgrades',
    named: 'gauss-g7',
    why: 'gauss-g7 stands for 2 targets: gauss-g7 (kernel, wave rest), gauss-g7 (patch, wave rest); they cannot be told apart',
  },
  {
    name: 'nearly an id',
    named: 'proxy-c4',
    why: 'the rollout has no target proxy-c4: did you mean proxy-c3?',
  },
  {
    name: 'a target that no wave matches',
    named: 'alone',
    why: 'no wave matches alone: it is not part of the rollout',
  },
])('$name -> refused', ({ named, why }) => {
  expect(findTarget(frozen, named)).toEqual({ kind: 'refused', why });
});

test('the part of a large wave: the 500th target is in the first, the 501st in the second', () => {
  const targets = Array.from({ length: 501 }, (_, at) => frozenTarget(`cache-${at + 1}`));
  const large = frozenPlan([frozenWave('all', targets)]);

  const [last, next] = ['cache-500', 'cache-501'].map((id) => findTarget(large, id));

  expect(last).toMatchObject({ place: { part: 1, parts: 2 } });
  expect(next).toMatchObject({ place: { part: 2, parts: 2 } });
});

test('among thousands of targets no suggestion is looked for', () => {
  const targets = Array.from({ length: 1_001 }, (_, at) => frozenTarget(`cache-${at + 1}`));

  expect(findTarget(frozenPlan([frozenWave('all', targets)]), 'cache-x')).toEqual({
    kind: 'refused',
    why: 'the rollout has no target cache-x',
  });
});
