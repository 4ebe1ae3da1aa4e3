import type { CacheUpgrade, FamilyName, Inspection, Upgrade } from './upgrade';

/**
 * Below zero if `a` is older than `b`, above zero if newer. Segments are compared as numbers, so
 * `2.0.28.7` is older than `2.0.48.231200`, leading zeros mean nothing, and `2.24` equals `2.24.0`.
 * No page of the cloud defines an order; other forms, as `V500R002C10SPC610`, are equal to
 * themselves and null against everything else.
 */
export function compareVersions(a: string, b: string): number | null {
  if (a === b) return 0;
  const left = segmentsOf(a);
  const right = segmentsOf(b);
  if (left === null || right === null) return null;
  for (let i = 0; i < Math.max(left.length, right.length); i += 1) {
    const [mine, other] = [left[i] ?? 0n, right[i] ?? 0n];
    if (mine !== other) return mine < other ? -1 : 1;
  }
  return 0;
}

// BigInt: a segment of more than 15 digits must not be rounded into equality.
function segmentsOf(version: string): readonly bigint[] | null {
  return /^\d+(\.\d+)*$/.test(version) ? version.split('.').map(BigInt) : null;
}

/**
 * Whether `current` is what was wanted, or newer. Both in the form of {@link Inspection.version};
 * versions that cannot be ordered have reached each other only if they are equal.
 */
export function hasReached(family: FamilyName, current: string, wanted: string): boolean {
  switch (family) {
    case 'taurusdb-proxy':
    case 'taurusdb-instance':
      return isAtLeast(current, wanted);
    case 'gaussdb-hotfix': {
      const installed = patchesOf(current);
      return patchesOf(wanted).every((patch) => installed.some((one) => isSame(one, patch)));
    }
    case 'dcs-instance': {
      const components = current.split('/');
      const asked = wanted.split('/');
      return (
        components.length === asked.length &&
        asked.every((version, i) => isAtLeast(components[i] ?? '', version))
      );
    }
  }
}

/**
 * Whether a version that the cloud shows can be understood: it is there, and where the wanted one has
 * an order it has one too, else nobody could say that it is not newer already. Hot patches are a set,
 * which may be empty and needs no order.
 */
export function isReadable(family: FamilyName, current: string, wanted: string | null): boolean {
  if (family === 'gaussdb-hotfix') return true;
  const asked = wanted?.split('/') ?? [];
  return current
    .split('/')
    .every((each, i) => each !== '' && (!isDotted(asked[i] ?? '') || isDotted(each)));
}

function isDotted(version: string): boolean {
  return segmentsOf(version) !== null;
}

/**
 * The version to be reached, in the form of {@link Inspection.version}; null when the plan leaves
 * it to the cloud and the cloud does not say.
 */
export function wantedVersion(
  upgrade: Upgrade,
  seen: Pick<Inspection, 'newestVersion'>,
): string | null {
  switch (upgrade.family) {
    case 'taurusdb-proxy':
      return upgrade.targetVersion;
    case 'taurusdb-instance':
      return seen.newestVersion || null;
    case 'gaussdb-hotfix':
      return ascending(upgrade.targetVersions).join(',');
    case 'dcs-instance':
      return wantedComponents(upgrade, seen.newestVersion?.split('/') ?? []);
  }
}

function wantedComponents(upgrade: CacheUpgrade, newest: readonly string[]): string | null {
  const asked = [upgrade.engineMinorVersion, upgrade.proxyMinorVersion].filter(
    (version) => version !== null,
  );
  const wanted = asked.map((version, i) => (version === 'latest' ? newest[i] : version));
  return wanted.every(Boolean) ? wanted.join('/') : null;
}

function ascending(patches: readonly string[]): readonly string[] {
  const once = patches.filter((patch, i) => patches.findIndex((one) => isSame(one, patch)) === i);
  return once.sort((a, b) => compareVersions(a, b) ?? 0);
}

function patchesOf(list: string): readonly string[] {
  return list.split(',').filter((patch) => patch !== '');
}

function isAtLeast(current: string, wanted: string): boolean {
  const order = compareVersions(current, wanted);
  return order !== null && order >= 0;
}

function isSame(a: string, b: string): boolean {
  return compareVersions(a, b) === 0;
}
