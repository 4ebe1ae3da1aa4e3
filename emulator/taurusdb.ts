import type { Route } from './route';
import { taurusdbInstanceRoutes } from './taurusdb-instances';
import { taurusdbJobRoutes } from './taurusdb-jobs';
import { taurusdbKernelUpgradeRoutes } from './taurusdb-kernel-upgrade';
import { taurusdbPreCheckRoutes } from './taurusdb-pre-check';
import { taurusdbProxyUpgradeRoutes } from './taurusdb-proxy-upgrade';

/** All TaurusDB calls. */
export const taurusdbRoutes: readonly Route[] = [
  ...taurusdbProxyUpgradeRoutes,
  ...taurusdbKernelUpgradeRoutes,
  ...taurusdbPreCheckRoutes,
  ...taurusdbJobRoutes,
  ...taurusdbInstanceRoutes,
];
