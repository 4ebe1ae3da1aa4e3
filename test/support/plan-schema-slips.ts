import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import { parse } from 'yaml';

const FILE = join(__dirname, '..', '..', 'docs', 'schemas', 'plan.schema.json');
const schema = JSON.parse(readFileSync(FILE, 'utf8')) as object;
const accepts = new Ajv({ allErrors: true }).compile(schema);

/** What an editor marks in a plan by the published schema: the places, and why. */
export function slips(yaml: string): readonly string[] {
  // As editors read it; a plan's own reader knows more of what a person meant.
  if (accepts(parse(yaml, { merge: true }))) return [];
  return (accepts.errors ?? []).map(({ dataPath, message }) => `${dataPath} ${message}`);
}
