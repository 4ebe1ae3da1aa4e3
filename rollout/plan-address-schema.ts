import { kind, said, text } from './plan-fields';

const PLACEHOLDER = /\$\{secret:[A-Z0-9_]+\}/g;

/** An address that the worker calls; it may hold `${secret:NAME}`, or be one altogether. */
export function address(name: 'url' | 'webhook') {
  return text(name)
    .meta({ type: 'string', ...said(name, /^([hH][tT][tT][pP][sS]?:\/\/|\$\{secret:)\S+$/) })
    .refine(isAddress, { ...kind(name), abort: true })
    .refine(isWithoutPassword, kind(name === 'url' ? 'urlWithPassword' : 'webhookWithPassword'));
}

/** Whether every placeholder in a text is written as one. */
export function hasWholePlaceholders(given: string): boolean {
  return !given.replace(PLACEHOLDER, '').includes('${secret:');
}

/** A placeholder may stand for the whole address, or for any part of it. */
function isAddress(given: string): boolean {
  // A digit can stand in a host, a port and a path.
  const filled = given.replace(PLACEHOLDER, '1');
  if (/\$\{|\s/.test(filled)) return false;
  // What the placeholder stands for is known to the worker alone.
  const whole = /^\$\{secret:/.test(given) ? `https://${filled}` : filled;
  return /^https?:\/\//i.test(whole) && URL.canParse(whole);
}

function isWithoutPassword(given: string): boolean {
  return !/^(https?:\/\/|\$\{secret:)[^/?#]*@/i.test(given);
}
