import { createHash, randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { access, mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { KeepReport } from '../activities/keep-report';
import { buildReport } from '../rollout/report';
import { readReportSources } from '../temporal/report-sources';

// One question of many, each of which a server that is well answers in milliseconds; a frozen plan
// of 20,000 targets takes a second.
const ANSWER_WITHIN_MS = 10_000;
// File systems end at 255 bytes, and the file that is being written has a longer name.
const LONGEST_NAME = 200;

/** Keeps reports as JSON files in a folder. */
export function createReportKeeper(folder: string): KeepReport {
  return async (client, status) => {
    const ask = <Answer>(question: () => Promise<Answer>) =>
      client.withDeadline(Date.now() + ANSWER_WITHIN_MS, question);
    const asking = {
      server: ask,
      workflow: <Answer>(_queue: string, question: () => Promise<Answer>) => ask(question),
    };
    const report = buildReport(await readReportSources(client, status, asking));
    const file = join(folder, reportFileName(status.rolloutId));
    await mkdir(folder, { recursive: true });
    await writeWhole(file, `${JSON.stringify(report, null, 2)}\n`);
    return file;
  };
}

/** Throws when reports could not be written there; makes the folder if it is missing. */
export async function checkReportFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await access(folder, constants.W_OK);
}

/**
 * `<plan name>@<unique>.json`: no two rollouts have the same one, none leads out of its folder, and
 * none is hidden. What is no letter, digit, dot, dash or underscore is percent-encoded.
 */
export function reportFileName(rolloutId: string): string {
  const name = rolloutId
    .replace(/^rollout\//, '')
    .split('/')
    .map(encoded)
    .join('@')
    .replace(/^\./, '%2E');
  if (name.length <= LONGEST_NAME) return `${name}.json`;
  const digest = createHash('sha256').update(rolloutId).digest('hex').slice(0, 16);
  return `${name.slice(0, LONGEST_NAME)}@${digest}.json`;
}

function encoded(text: string): string {
  return text.replace(/[^A-Za-z0-9._-]/gu, (letter) =>
    [...Buffer.from(letter)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
  );
}

/** Whoever reads the folder never sees half a report, also when the machine dies in between. */
async function writeWhole(file: string, text: string): Promise<void> {
  const aside = `${file}.${randomUUID().slice(0, 8)}.tmp`;
  try {
    const handle = await open(aside, 'wx');
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(aside, file);
  } catch (error) {
    await rm(aside, { force: true });
    throw error;
  }
}
