import type { CloudScope, FamilyName } from '../rollout/upgrade';
import type { Families, Family } from './family';
import type { Fleet, Fleets } from './fleet';

/**
 * The families over several clouds: each call goes to those of the cloud that its request names, so
 * that clouds share nothing: no key, limit, brake or snapshot. `find` throws for a cloud that this
 * process cannot use.
 */
export function routeFamilies(find: (scope: CloudScope) => Families): Families {
  return eachFamily((name) => routeFamily(name, find));
}

// Async, so that a cloud that cannot be used is a rejection, as every other failure of a call.
function routeFamily(name: FamilyName, find: (scope: CloudScope) => Families): Family {
  const at = (scope: CloudScope) => find(scope)[name];
  return {
    name,
    inspect: async (request, ...rest) => at(request.scope).inspect(request, ...rest),
    submit: async (request, ...rest) => at(request.scope).submit(request, ...rest),
    preCheck: async (request, ...rest) =>
      (await at(request.scope).preCheck?.(request, ...rest)) ?? null,
    follow: async (request, ...rest) => at(request.scope).follow(request, ...rest),
    reconcile: async (request, ...rest) => at(request.scope).reconcile(request, ...rest),
    cancel: async (request, ...rest) => at(request.scope).cancel(request, ...rest),
  };
}

/** The fleets over several clouds, likewise. */
export function routeFleets(find: (scope: CloudScope) => Fleets): Fleets {
  return eachFamily((name) => routeFleet(name, find));
}

function routeFleet(name: FamilyName, find: (scope: CloudScope) => Fleets): Fleet {
  const at = (scope: CloudScope) => find(scope)[name];
  return {
    list: async (search, ...rest) => at(search.scope).list(search, ...rest),
    complete: async (search, ...rest) => at(search.scope).complete(search, ...rest),
  };
}

function eachFamily<T>(make: (name: FamilyName) => T): Readonly<Record<FamilyName, T>> {
  return {
    'taurusdb-proxy': make('taurusdb-proxy'),
    'taurusdb-instance': make('taurusdb-instance'),
    'gaussdb-hotfix': make('gaussdb-hotfix'),
    'dcs-instance': make('dcs-instance'),
  };
}
