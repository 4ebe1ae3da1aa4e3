/** How much room text takes on a terminal, and text that a terminal can be given. */

/** Columns of the terminal that the text takes: two for a Chinese character or an emoji. */
export function widthOf(text: string): number {
  if (isPlain(text)) return text.length;
  let width = 0;
  for (const { segment } of letters.segment(text)) width += widthOfLetter(segment);
  return width;
}

/** As {@link widthOf}, of text with the codes of `colors.ts` in it. */
export function plainWidthOf(text: string): number {
  return widthOf(text.replaceAll(/\x1b\[\d+m/g, ''));
}

/** The beginning of the text that fits into so many columns. */
export function headOf(text: string, width: number): string {
  if (isPlain(text)) return text.slice(0, Math.max(0, width));
  let head = '';
  let left = width;
  for (const { segment } of letters.segment(text)) {
    left -= widthOfLetter(segment);
    if (left < 0) break;
    head += segment;
  }
  return head;
}

/**
 * The text without what a terminal would obey: names and reasons come from a cloud and from other
 * people, and an escape sequence among them could hide or forge lines. Each such character becomes
 * one `�`; line ends and the codes of `colors.ts` stay.
 */
export function harmless(text: string): string {
  return text.replaceAll(OBEYED, (found) => (OWN_CODE.test(found) ? found : '\u{FFFD}'));
}

const letters = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Nothing but printable ASCII: a letter is a column. */
function isPlain(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text);
}

function widthOfLetter(letter: string): number {
  if (WIDE.test(letter)) return 2;
  return NOTHING.test(letter) ? 0 : 1;
}

const WIDE =
  /^[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Emoji_Presentation}\u3000-\u303e\uff01-\uff60\uffe0-\uffe6]|\ufe0f/u;
// Marks that stand above the letter before them, should there be none.
const NOTHING = /^[\p{Mark}\p{Default_Ignorable_Code_Point}]+$/u;

// A code of ours as a whole; else a control character, or one that turns the direction of writing.
const OBEYED =
  /\x1b\[(?:1|2|22|3[1236]|39)m|(?!\n)\p{Cc}|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
const OWN_CODE = /^\x1b\[/;
