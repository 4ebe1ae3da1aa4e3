import type { RecoveryPolicy } from './frozen-plan';
import { problem, type Problem } from './problem';
import type { Upgrade } from './upgrade';

/** Versions to roll forward to that no rule of the plan would ever go to. */
export function checkRecovery(
  upgrades: readonly (readonly [string, Upgrade])[],
  recovery: Pick<RecoveryPolicy, 'rejected' | 'failed'> | undefined,
): readonly Problem[] {
  // A section with mistakes of its own says nothing for certain.
  if (recovery === undefined) return [];
  const isUsed = [recovery.rejected, recovery.failed].some(({ then }) => then === 'rollForward');
  if (isUsed) return [];
  return upgrades.flatMap(([name, upgrade]) => {
    if (upgrade.family === 'taurusdb-instance' || !upgrade.rollForwardTo?.length) return [];
    const path = `upgrades.${name}.rollForwardTo`;
    const right = 'recovery: { rejected: { then: rollForward } }, or failed, or both';
    return [problem(path, 'is never used: recovery does not say rollForward', right)];
  });
}
