import type { FleetRow, FleetSearch } from '../../rollout/fleet';
import { CACHE } from './plan.builder';

/** An instance of which nothing is known but its id and name. */
export function aRow(given: Partial<FleetRow> = {}): FleetRow {
  return {
    ...{ instanceId: CACHE, proxyId: null, name: 'shop-cache' },
    ...{ version: null, newestVersion: null, upgradable: null, status: null },
    ...{ az: null, maintenanceWindow: null, tags: {}, problem: null },
    ...given,
  };
}

/** Everything there is of a family. */
export function aSearch(given: Partial<FleetSearch> = {}): FleetSearch {
  return {
    scope: { projectId: '0483b6b16e954cb88930a360d2c4e663', region: 'cn-north-4' },
    ...{ family: 'dcs-instance', name: null, tags: {}, upgradable: false, versions: true },
    components: { engine: true, proxy: true },
    ...given,
  };
}
