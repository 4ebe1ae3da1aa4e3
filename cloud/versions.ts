const order = new Intl.Collator('en', { numeric: true });

/**
 * Whether a version is the wanted one or a newer one, each part of `engine/proxy` for itself. Numbers
 * are compared as numbers. Only a hint: whether the wanted version was reached is for `rollout/` to say.
 */
export function isAtLeast(version: string, wanted: string): boolean {
  const parts = version.split('/');
  const asked = wanted.split('/');
  return (
    parts.length === asked.length &&
    parts.every((part, i) => part !== '' && order.compare(part, asked[i] ?? '') >= 0)
  );
}
