/** The hot patches of a comma list. */
export function patchesOf(list: string): readonly string[] {
  return list
    .split(',')
    .map((patch) => patch.trim())
    .filter((patch) => patch !== '');
}

/** A comma list, each patch once, ascending by its numbers: the form of `Inspection.version`. */
export function patchList(patches: readonly string[]): string {
  const order = new Intl.Collator('en', { numeric: true });
  return [...new Set(patches)].sort(order.compare).join(',');
}
