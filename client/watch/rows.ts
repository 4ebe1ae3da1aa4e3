/** A part of the screen that wants so many rows, and is of no use with fewer than `least`. */
export interface Section {
  readonly wants: number;
  readonly least: number;
  /** Of the rows there are, as long as others want them too. */
  readonly share: number;
}

/**
 * Shares out rows: each section gets its share, what it does not want goes to the others, in order.
 * One for which not even its least is left gets nothing; the last ones first.
 */
export function shareRows(room: number, sections: readonly Section[]): readonly number[] {
  const given = sections.map(() => 0);
  let left = Math.max(0, room);
  const give = (at: number, rows: number) => {
    const taken = Math.min(rows, left);
    given[at] = (given[at] ?? 0) + taken;
    left -= taken;
  };
  for (const [at, { wants, least }] of sections.entries()) {
    const needed = Math.min(wants, least);
    if (needed <= left) give(at, needed);
  }
  for (const [at, { wants, share }] of sections.entries()) {
    const has = given[at] ?? 0;
    if (has > 0) give(at, Math.max(0, Math.min(wants, Math.floor(room * share)) - has));
  }
  for (const [at, { wants }] of sections.entries()) {
    const has = given[at] ?? 0;
    if (has > 0) give(at, Math.max(0, wants - has));
  }
  return given;
}
