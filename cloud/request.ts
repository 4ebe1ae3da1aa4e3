import type { FamilyName, Upgrade, UpgradeRequest } from '../rollout/upgrade';

/** The upgrade of a request that this family was given; another's would be our own mistake. */
export function upgradeOf<F extends FamilyName>(
  { upgrade }: UpgradeRequest,
  family: F,
): Extract<Upgrade, { readonly family: F }> {
  if (!isOf(upgrade, family)) throw new Error(`internal: ${upgrade.family} given to ${family}`);
  return upgrade;
}

function isOf<F extends FamilyName>(
  upgrade: Upgrade,
  family: F,
): upgrade is Extract<Upgrade, { readonly family: F }> {
  return upgrade.family === family;
}
