import { randomUUID } from 'node:crypto';
import type { Plan } from '../../rollout/plan';
import type { FleetRow } from './world';
import { planOf } from './world';

const UPGRADES = {
  'taurusdb-instance': { family: 'taurusdb-instance' },
  'dcs-instance': { family: 'dcs-instance', engineMinorVersion: 'latest' },
} as const;

/** A valid plan for the rows of an emulator's fleet, quick enough for a test. */
export function planFor(
  fleet: readonly FleetRow[],
  changes: Readonly<Record<string, unknown>> = {},
): Plan {
  const rows = fleet.map((row) => ({ row, upgrade: nameOf(row) }));
  return planOf({
    version: 1,
    name: `test-${randomUUID().slice(0, 8)}`,
    projectId: '0483b6b16e954cb88930a360d2c4e663',
    region: 'cn-north-4',
    upgrades: Object.fromEntries(rows.map(({ row, upgrade }) => [upgrade, upgradeOf(row)])),
    targets: rows.map(({ row: { instanceId, proxyId }, upgrade }) => ({
      upgrade,
      instanceId,
      ...(proxyId ? { proxyId } : {}),
    })),
    waves: [{ name: 'all', take: 'rest', concurrency: 4 }],
    polling: { min: '200ms', max: '1s' },
    recovery: {
      rejected: { retries: 2, after: '500ms' },
      failed: { retries: 1, after: '500ms' },
      unknown: { reconcileFor: '30s', settleFor: '3s' },
    },
    ...changes,
  });
}

/** One entry of `upgrades` for each version that is wanted. */
function nameOf({ family, latest }: FleetRow): string {
  return `${family}-${latest.replace(/[^0-9]+/g, '-')}`;
}

function upgradeOf({ family, latest }: FleetRow): Readonly<Record<string, unknown>> {
  switch (family) {
    case 'taurusdb-proxy':
      return { family, targetVersion: latest };
    case 'gaussdb-hotfix':
      return { family, targetVersions: latest.split(','), startAfter: '1s' };
    case 'taurusdb-instance':
    case 'dcs-instance':
      return UPGRADES[family];
    default:
      throw new Error(`the emulator has a family of its own: ${family}`);
  }
}
