import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');

const REFUSED = [
  ['workflows/wave.ts', `import { createFamilies } from '../cloud/families';`],
  ['workflows/wave.ts', `import { readFileSync } from 'node:fs';`],
  ['workflows/wave.ts', `import ky from 'ky';`],
  ['workflows/wave.ts', `import { z } from 'zod';`],
  ['workflows/wave.ts', `import { parsePlan } from '../rollout/plan';`],
  ['workflows/wave.ts', `import { bake } from '../rollout/plan-bake-schema';`],
  ['workflows/wave.ts', `import { createActivities } from '../activities';`],
  ['rollout/admission.ts', `import { readFileSync } from 'node:fs';`],
  ['rollout/admission.ts', `import { readFileSync } from 'fs';`],
  ['rollout/admission.ts', `import { z } from 'zod';`],
  ['rollout/admission.ts', `import { Cron } from 'croner';`],
  ['rollout/plan.ts', `import { Cron } from 'croner';`],
  ['rollout/windows.ts', `import { z } from 'zod';`],
  ['workflows/plan.ts', `import { Cron } from 'croner';`],
  ['workflows/plan.ts', `import { resolveOpenings } from '../rollout/windows';`],
  ['workflows/plan.ts', `import { checkCalendar } from '../rollout/plan-calendar';`],
  ['workflows/plan.ts', `import { calendar } from '../rollout/plan-calendar-schema';`],
  ['rollout/plan.ts', `import { log } from '@temporalio/workflow';`],
  ['activities/follow.ts', `import ky from 'ky';`],
  ['activities/follow.ts', `import { rollout } from '../workflows';`],
  ['cloud/family.ts', `import { log } from '@temporalio/activity';`],
  ['cloud/family.ts', `import { hasReached } from '../rollout/version';`],
  ['client/main.ts', `import { createFamilies } from '../cloud/families';`],
  ['client/main.ts', `import { rollout } from '../workflows/rollout';`],
  ['worker/main.ts', `import { findRollout } from '../client/rollouts';`],
  ['emulator/main.ts', `import { createFamilies } from '../cloud/families';`],
  ['worker/main.ts', `import { BENCHES } from '../bench/all';`],
  ['local/demo.ts', `import { BENCHES } from '../bench/all';`],
  ['client/main.ts', `import { BENCHES } from '../bench/all';`],
] as const;

const LET_PASS = [
  ['workflows/wave.ts', `import type { Activities } from '../activities';`],
  ['workflows/wave.ts', `import { admit } from '../rollout/admission';`],
  ['rollout/plan.ts', `import { z } from 'zod';`],
  ['rollout/windows.ts', `import { Cron } from 'croner';`],
  ['workflows/wave.ts', `import { fit } from '../rollout/openings';`],
  ['cloud/family.ts', `import type { Ticket } from '../rollout/upgrade';`],
  ['client/main.ts', `import type { rollout } from '../workflows/rollout';`],
] as const;

// ESLint loads its configuration as an ES module, which jest's sandbox cannot do: an own process.
const LINT = `
  const { ESLint } = require('eslint');
  const { join } = require('node:path');
  const lint = new ESLint({ cwd: process.cwd() });
  const rule = '@typescript-eslint/no-restricted-imports';
  const look = async ([file, code]) => {
    const [result] = await lint.lintText(code, { filePath: join(process.cwd(), file) });
    return result.messages.filter(({ ruleId }) => ruleId === rule).map(({ message }) => message);
  };
  Promise.all(JSON.parse(process.argv[1]).map(look)).then((all) => console.log(JSON.stringify(all)));
`;

/** What lint says of the imports in each piece of code, were it the content of its file. */
function bannedImports(cases: readonly (readonly [string, string])[]): string[][] {
  const answer = execFileSync(process.execPath, ['-e', LINT, JSON.stringify(cases)], { cwd: ROOT });
  return JSON.parse(answer.toString()) as string[][];
}

test('lint refuses imports that break the table of rooms', () => {
  const found = bannedImports(REFUSED);

  const passed = REFUSED.filter((_case, i) => !found[i]?.length);
  expect(passed).toEqual([]);
});

test('lint lets the imports of the table pass', () => {
  expect(bannedImports(LET_PASS).flat()).toEqual([]);
});

test('the workflow bundle holds no ky, no zod, no croner and no Node module', () => {
  const bundle = readFileSync(join(ROOT, 'dist', 'workflow-bundle.js'), 'utf8');

  // Proof that module paths can be seen in it at all.
  expect(bundle).toContain('node_modules/@temporalio/workflow/');
  expect(bundle).not.toMatch(/node_modules\/(ky|zod|croner|pino)\//);
});
