/**
 * What a text from outside is shown as in a document, in one line: letters that nobody sees, and that
 * turn around or break up what stands beside them, are spelled out (`\u202e`).
 */
export function shown(text: string): string {
  return text.replace(/[\t\n\r]+/g, ' ').replace(UNSEEN, (letter) => {
    const code = (letter.codePointAt(0) ?? 0).toString(16);
    return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, '0')}`;
  });
}

// Controls, zero-width spaces, marks and overrides of direction, line and
// paragraph separators, tag letters, and halves of letters. Joiners stay: emoji are made with them.
const UNSEEN =
  /[\p{Cc}\p{Cs}\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;
