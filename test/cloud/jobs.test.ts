import { progressByVersion, reconcileByVersion, type Glimpse } from '../../cloud/jobs';

const ticket = {
  id: null,
  wanted: '3.2',
  since: '2026-01-01T12:00:00.000Z',
  versionBefore: '3.1',
};
const still = { version: '3.1', isReached: false };
const there = { version: '3.2', isReached: true };

test.each<readonly [string, Omit<Glimpse, 'status'>, 'running' | 'succeeded']>([
  ['ready, the version as before', { ...still, state: 'ready' }, 'running'],
  ['busy, the version as before', { ...still, state: 'busy' }, 'running'],
  ['busy, the version reached', { ...there, state: 'busy' }, 'running'],
  ['ready, the version reached', { ...there, state: 'ready' }, 'succeeded'],
  ['ready, a step on the way', { ...still, version: '3.1.5', state: 'ready' }, 'succeeded'],
  ['bad, the version reached', { ...there, state: 'bad' }, 'succeeded'],
  ['bad, the version as before', { ...still, state: 'bad' }, 'running'],
  // Looked into by fresh reads: one stray 404 must make no failure of an upgrade under way.
  ['not found', { version: '', isReached: false, state: 'gone' }, 'succeeded'],
])('followed by the version alone: %s', (_, seen, expected) => {
  expect(progressByVersion({ ...seen, status: 'any' }, ticket).state).toBe(expected);
});

test('one answer that the instance is not known does not prove that nothing happened', () => {
  const seen = { version: '', isReached: false, state: 'gone', status: 'DBS.200001' } as const;

  expect(reconcileByVersion(seen, ticket).state).toBe('unknown');
});
