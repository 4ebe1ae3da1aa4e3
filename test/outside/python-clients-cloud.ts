import type { Reasons } from './routes-called';

/** The fleet that the Python side knows by these names. */
export const FLEET: readonly object[] = [
  instance('kernel-one', { version: '2.0.28.7', tags: { team: 'orders', tier: 'canary' } }),
  instance('kernel-batch', { version: '2.0.28.7', tags: { team: 'orders' } }),
  instance('kernel-later', { version: '2.0.48.231200' }),
  { family: 'taurusdb-proxy', name: 'proxy', version: '2.24.03.000' },
  patched('patch-one', { version: '' }),
  patched('patch-other', { version: '3.208.0.5', tags: { team: 'orders', tier: 'canary' } }),
  patched('patch-later', { version: '3.208.0.5', tags: { team: 'billing', tier: 'canary' } }),
  cache('cache', { proxyVersion: null, tags: { team: 'orders', tier: 'canary' } }),
  cache('cache-proxied', { proxyVersion: '5.0.12.1', tags: { team: 'orders' } }),
  cache('cache-later', { proxyVersion: null }),
];

/** Routes for which the pinned clients have no method. */
export const NO_CLIENT_CALL: Reasons = {
  'gaussdb GET /v3.1/:project_id/instances':
    'the pinned client lists by v3, v3.2 and v3.3; the edition is on the API pages alone',
};

function instance(name: string, rest: object): object {
  return { family: 'taurusdb-instance', name, tags: { team: 'billing' }, ...rest };
}

function patched(name: string, rest: object): object {
  return { family: 'gaussdb-hotfix', name, tags: { team: 'billing' }, ...rest };
}

function cache(name: string, rest: object): object {
  return { family: 'dcs-instance', name, tags: { team: 'billing' }, version: '5.0.14.1', ...rest };
}
