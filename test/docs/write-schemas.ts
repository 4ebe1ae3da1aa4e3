import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { planSchemaText } from '../../rollout/plan-json-schema';

/** Writes the published JSON Schemas anew: `npm run schema`, after a change of what a plan can say. */
const FOLDER = join(__dirname, '..', '..', 'docs', 'schemas');

writeFileSync(join(FOLDER, 'plan.schema.json'), planSchemaText());
