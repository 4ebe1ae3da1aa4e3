import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** In the order in which they build upon each other. */
const SCRIPTS = ['dom', 'overview', 'timeline', 'table', 'filter', 'page'] as const;

/** The code that draws the page, as `npm run build` left it, in one scope of its own. */
export function pageScript(): string {
  const code = SCRIPTS.map((name) =>
    readFileSync(join(__dirname, 'browser', `${name}.js`), 'utf8').replace('"use strict";\n', ''),
  );
  return `(() => {\n'use strict';\n${code.join('')}})();\n`;
}
