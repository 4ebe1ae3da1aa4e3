/** What a word was meant to be: the nearest known one, or all of them; null if there is none. */
export function meant(word: string, known: readonly string[]): string | null {
  const choices = [...new Set(known)];
  const distances = choices.map((choice) => distanceOf(plain(word), plain(choice)));
  const least = Math.min(...distances);
  const nearest = choices[distances.indexOf(least)];
  if (nearest !== undefined && least <= Math.max(1, plain(word).length / 3)) {
    return `did you mean ${nearest}?`;
  }
  if (choices.length === 0) return null;
  const more = choices.length > MOST_CHOICES ? ', …' : '';
  return `there is ${choices.slice(0, MOST_CHOICES).join(', ')}${more}`;
}

const MOST_CHOICES = 12;

// `instance_id`, `InstanceID` and `instanceId` are one word to whoever types them.
function plain(word: string): string {
  return word.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/** Letters to put in, take out, change or swap on the way from one word to the other. */
function distanceOf(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  const at = (i: number, j: number) => rows[i]?.[j] ?? Infinity;
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= b.length; j += 1) {
      const change = at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwap = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = isSwap ? at(i - 2, j - 2) + 1 : Infinity;
      row.push(Math.min(change, swap, at(i - 1, j) + 1, at(i, j - 1) + 1));
    }
  }
  return at(a.length, b.length);
}
