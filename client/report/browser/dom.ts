/** The scripts of a report's page share one scope, in the order of the list in page-scripts.ts. */

type ShownTarget = import('./page-data').PageTarget;
type ShownBar = import('./page-data').Bar;
type ShownBand = import('./page-data').Band;
type ShownPage = import('./page-data').PageData;

/** An outcome tells itself by a sign as well as by its colour. */
const SIGNS: Readonly<Record<string, string>> = {
  succeeded: '✓',
  upToDate: '=',
  rejected: '⊘',
  failed: '✕',
  unknown: '?',
  skipped: '–',
  inFlight: '▸',
  pending: '·',
};

/** A new element. Strings among its children are text, whatever is in them. */
function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  className: string,
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  if (className !== '') made.className = className;
  made.append(...children);
  return made;
}

/** An element that the page has. */
function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no #${id}`);
  return found;
}

function signOf(outcome: string): HTMLElement {
  const sign = element('span', `sign o-${outcome}`, SIGNS[outcome] ?? '');
  sign.setAttribute('aria-hidden', 'true');
  return sign;
}

/** Places something on the axis. */
function placed<Placed extends HTMLElement>(what: Placed, x0: number, x1: number): Placed {
  what.style.left = `${x0 * 100}%`;
  what.style.width = `${(x1 - x0) * 100}%`;
  return what;
}
