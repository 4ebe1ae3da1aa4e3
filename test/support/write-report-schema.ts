import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { reportJsonSchema } from '../../client/report/schema';

/** `npm run schema:report`: writes the published schema of reports anew. */
const FILE = join(__dirname, '..', '..', 'docs', 'schemas', 'report.schema.json');

writeFileSync(FILE, reportJsonSchema());
