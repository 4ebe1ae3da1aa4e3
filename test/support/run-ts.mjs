// Runs a TypeScript program of test/ or bench/ under plain Node: `node run-ts.mjs program.ts …`. Its
// types are checked by `npm run typecheck`; nothing is written, so dist/ holds production code alone.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { transformSync } from '@swc/core';

const require = createRequire(import.meta.url);

require.extensions['.ts'] = (module, filename) => {
  const { code } = transformSync(readFileSync(filename, 'utf8'), {
    filename,
    jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
    module: { type: 'commonjs' },
    sourceMaps: 'inline',
    swcrc: false,
  });
  module._compile(code, filename);
};

process.setSourceMapsEnabled(true);
// The program sees its own name and its own words.
process.argv.splice(1, 1);
require(resolve(process.argv[1]));
