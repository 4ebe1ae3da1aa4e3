import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(__dirname, '..', '..');

/** A fenced block of a page: its words, and where it is. */
export interface Block {
  readonly page: string;
  readonly at: string;
  /** `sh`, `yaml`, …; empty where none is named. */
  readonly language: string;
  readonly text: string;
}

/** `code` within a line. */
export interface Snippet {
  readonly page: string;
  readonly at: string;
  readonly text: string;
}

/** README and the pages of docs/, not the decisions: those tell what was, too. */
export const PAGES: readonly string[] = [
  'README.md',
  ...readdirSync(join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

export function readPage(page: string): string {
  return readFileSync(join(ROOT, page), 'utf8');
}

const FENCE = /^( *)```(\w*)\n([\s\S]*?)^\1```$/gm;

/** Every fenced block. */
export function blocks(): readonly Block[] {
  return PAGES.flatMap((page) => {
    const whole = readPage(page);
    return [...whole.matchAll(FENCE)].map(({ index, 2: language = '', 3: text = '' }) => {
      return { page, at: `${page}:${lineOf(whole, index)}`, language, text };
    });
  });
}

/** All `code` outside of blocks; one that goes over a line's end is put together again. */
export function snippets(): readonly Snippet[] {
  return PAGES.flatMap((page) => {
    const whole = readPage(page);
    const outside = whole.replace(FENCE, (block) => block.replace(/[^\n]/g, ' '));
    return [...outside.matchAll(/`([^`]+)`/g)].map(({ index, 1: text = '' }) => {
      // In a table a bar within code is written with a backslash.
      const plain = text.replace(/\\\|/g, '|').replace(/\s+/g, ' ');
      return { page, at: `${page}:${lineOf(whole, index)}`, text: plain };
    });
  });
}

function lineOf(whole: string, index: number): number {
  return whole.slice(0, index).split('\n').length;
}
