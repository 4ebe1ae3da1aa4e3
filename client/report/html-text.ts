import { shown } from './shown';

/** Markup that was built by {@link html}, and by nothing else. */
export interface Html {
  readonly markup: string;
}

type Part = string | number | Html | readonly Html[];

/** A piece of HTML: what is put into it is text, unless it was built here too. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const markup = strings.map((text, at) => text + markupOf(parts[at] ?? '')).join('');
  return { markup };
}

/** Nothing, where there may be something. */
export const NOTHING: Html = { markup: '' };

function markupOf(part: Part): string {
  if (typeof part === 'number') return String(part);
  if (typeof part === 'string') return escaped(shown(part));
  return 'markup' in part ? part.markup : part.map(({ markup }) => markup).join('');
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => ESCAPES[letter] ?? letter);
}

/** A value for a script element of a data type: its text cannot end the element. */
export function dataText(value: unknown): string {
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (letter) => {
    return `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
