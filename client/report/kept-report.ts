import { wordsOf } from '../../rollout/problem';
import type { Report } from '../../rollout/report';
import { PersonError } from '../errors';
import { EXIT } from '../exit-codes';
import { readText } from '../plan-file';
import { parseReport } from './schema';

/** Whether a person means a file by it, and no rollout: those have names without an ending. */
export function isReportFile(named: string): boolean {
  return named.toLowerCase().endsWith('.json');
}

/** A report that `--out`, or a worker with UPWAVE_REPORT_DIR, has written. Throws words. */
export function readKeptReport(path: string): Report {
  const text = readText(path, NOT_SHOWN, 'report');
  const read = parseReport(valueOf(text, path));
  if ('report' in read) return read.report;
  const shown = read.problems.slice(0, MOST_SHOWN);
  const more = read.problems.length - shown.length;
  const lines = [...shown, ...(more > 0 ? [`and ${more} more`] : [])];
  throw refusal(`${path} is not a report of upwave, or was changed:\n  ${lines.join('\n  ')}`);
}

const NOT_SHOWN = 'No report was shown.';
const MOST_SHOWN = 10;

function valueOf(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const why = wordsOf(error);
    throw refusal(`${path} is not JSON: ${why}.`);
  }
}

function refusal(words: string): PersonError {
  return new PersonError(`${words}\n${NOT_SHOWN}`, EXIT.usage);
}
