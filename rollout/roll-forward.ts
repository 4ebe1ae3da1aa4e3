import type { TargetState } from './wave-state';
import type { Upgrade } from './upgrade';
import { wantedVersion } from './version';

/** What an attempt is to bring. */
export interface Goal {
  readonly upgrade: Upgrade;
  /** In the form of `Inspection.version`; null when it could not be told yet. */
  readonly wanted: string | null;
}

/**
 * What the next attempt of a target is to bring: what the plan asked for, or as many versions of
 * `rollForwardTo` later as the target was rolled forward.
 */
export function goalOf(
  { target, rolledAt = [] }: Pick<TargetState, 'target' | 'rolledAt'>,
  upgrade: Upgrade,
): Goal {
  const version = versionsOf(upgrade)[rolledAt.length - 1];
  if (version === undefined) return { upgrade, wanted: target.wanted };
  const next = withVersion(upgrade, version);
  return { upgrade: next, wanted: wantedVersion(next, { newestVersion: null }) };
}

/** The version to go to next; null when there is none. */
export function nextVersion(upgrade: Upgrade, rolledAt: readonly number[] = []): string | null {
  return versionsOf(upgrade)[rolledAt.length] ?? null;
}

function versionsOf(upgrade: Upgrade): readonly string[] {
  return upgrade.family === 'taurusdb-instance' ? [] : (upgrade.rollForwardTo ?? []);
}

function withVersion(upgrade: Upgrade, version: string): Upgrade {
  switch (upgrade.family) {
    case 'taurusdb-proxy':
      return { ...upgrade, targetVersion: version };
    case 'gaussdb-hotfix':
      return { ...upgrade, targetVersions: version.split(',') };
    case 'dcs-instance': {
      const [first = version, second = null] = version.split('/');
      return upgrade.engineMinorVersion === null
        ? { ...upgrade, proxyMinorVersion: first }
        : { ...upgrade, engineMinorVersion: first, proxyMinorVersion: second };
    }
    case 'taurusdb-instance':
      return upgrade;
  }
}
