/**
 * A text of bounded length. Clouds put whole pages into error messages, and the words of 500 targets
 * are in one payload.
 */
export function clipped(text: string, atMost = TEXT_AT_MOST): string {
  return text.length <= atMost ? text : `${text.slice(0, atMost - 1)}…`;
}

const TEXT_AT_MOST = 500;

/** A text without line breaks and other controls. */
export function onOneLine(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
}
