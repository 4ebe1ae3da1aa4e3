import type { CloudApi } from './api';
import { createDcsFleet } from './dcs-fleet';
import type { Fleets } from './fleet';
import { createGaussdbFleet } from './gaussdb-fleet';
import { createTaurusdbFleet, createTaurusdbProxyFleet } from './taurusdb-fleet';

/** The fleets of all families over one cloud. */
export function createFleets(api: CloudApi): Fleets {
  return {
    'taurusdb-proxy': createTaurusdbProxyFleet(api),
    'taurusdb-instance': createTaurusdbFleet(api),
    'gaussdb-hotfix': createGaussdbFleet(api),
    'dcs-instance': createDcsFleet(api),
  };
}
