/** Segment-wise numeric order: `2.0.28.7` is before `2.0.48.231200` (cloud-apis.md section 5). */
export function compareVersions(a: string, b: string): number {
  const left = a.split('.').map(Number);
  const right = b.split('.').map(Number);
  for (let i = 0; i < Math.max(left.length, right.length); i += 1) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Whether the text is a dotted version at all. */
export function isVersion(text: string): boolean {
  return /^\d+(\.\d+)+$/.test(text);
}

/** The hot patches of a comma list, each once, ascending. */
export function patches(list: string): readonly string[] {
  const named = list.split(',').map((patch) => patch.trim());
  return [...new Set(named.filter((patch) => patch !== ''))].sort(compareVersions);
}
