import { readFile } from 'node:fs/promises';

// Linux counts in hundredths of a second whatever its own tick is (proc(5), USER_HZ).
const TICKS_PER_SECOND = 100;

/** Seconds of the processor that a running process has used; NaN where the system does not tell. */
export async function processorSeconds(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The name in brackets may hold spaces: what counts comes after it.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11] ?? NaN) + Number(fields[12] ?? NaN)) / TICKS_PER_SECOND;
}
