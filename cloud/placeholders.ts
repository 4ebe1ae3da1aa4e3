import type { Redact } from '../rollout/health';

/** The value of a secret by its name in the plan; undefined if the worker has none. */
export type SecretOf = (name: string) => string | undefined;

export interface Resolved {
  /** The variables that the worker lacks; if there are any, `texts` are not to be used. */
  readonly missing: readonly string[];
  readonly texts: readonly string[];
  /** Puts the placeholders back, wherever a secret or a telling part of it stands. */
  readonly redact: Redact;
}

const PLACEHOLDER = /\$\{secret:([A-Z0-9_]+)\}/g;

/** Fills in `${secret:NAME}`. What the texts become must not be shown, only what `redact` leaves. */
export function resolveSecrets(secret: SecretOf, ...texts: readonly string[]): Resolved {
  const names = [...new Set(texts.flatMap(namesIn))];
  const values = new Map(names.map((name) => [name, secret(name) ?? '']));
  const missing = names.filter((name) => values.get(name) === '');
  return {
    missing: missing.map((name) => `UPWAVE_SECRET_${name}`),
    texts: texts.map((text) =>
      text.replace(PLACEHOLDER, (_all, name: string) => values.get(name) ?? ''),
    ),
    redact: redactor(values),
  };
}

function namesIn(text: string): readonly string[] {
  return [...text.matchAll(PLACEHOLDER)].flatMap(([, name]) => (name === undefined ? [] : [name]));
}

function redactor(values: ReadonlyMap<string, string>): Redact {
  const shownAs = new Map<string, string>();
  for (const [name, value] of values) {
    for (const form of formsOf(value)) shownAs.set(form.toLowerCase(), `\${secret:${name}}`);
  }
  // The longest first: a part must not be found inside the whole.
  const forms = [...shownAs.keys()].sort((a, b) => b.length - a.length);
  if (forms.length === 0) return (text) => text;
  const any = new RegExp(forms.map(literally).join('|'), 'gi');
  return (text) => text.replace(any, (found) => shownAs.get(found.toLowerCase()) ?? '');
}

function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

// Shorter ones stand in any text by chance.
const TELLING = 4;

/** As it is, as an address writes it, and, of a whole address, everything but scheme and host. */
function formsOf(value: string): readonly string[] {
  const whole = [value, encodeURIComponent(value)].filter((form) => form !== '');
  if (!/^https?:\/\//i.test(value) || !URL.canParse(value)) return whole;
  const { username, password, pathname, searchParams, hash } = new URL(value);
  const parts = [
    username,
    password,
    ...pathname.split('/'),
    ...searchParams.values(),
    hash.slice(1),
  ];
  const pair = basicPair(username, password);
  const forms = [
    ...parts.flatMap((part) => [part, decoded(part)]),
    ...(pair === null ? [] : [pair]),
  ];
  return [...whole, ...forms.filter((form) => form.length >= TELLING)];
}

/** User and password of an address as HTTP sends them; null if it has none. */
export function basicPair(username: string, password: string): string | null {
  if (username === '' && password === '') return null;
  return Buffer.from(`${decoded(username)}:${decoded(password)}`).toString('base64');
}

/** Without `%xx`; as it is where a lone % stands for itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
