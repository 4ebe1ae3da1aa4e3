/** Colours for a terminal; without one the text stays as it is. */
export interface Paint {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly warn: (text: string) => string;
  readonly busy: (text: string) => string;
}

/** Paints with ANSI codes, or not at all. */
export function paint(colors: boolean): Paint {
  const code = (on: number, off: number) => (text: string) =>
    colors && text ? `\x1b[${on}m${text}\x1b[${off}m` : text;
  return {
    bold: code(1, 22),
    dim: code(2, 22),
    good: code(32, 39),
    bad: code(31, 39),
    warn: code(33, 39),
    busy: code(36, 39),
  };
}
