import { readFile } from 'node:fs/promises';

/** The most memory that a process has held at once, in MB; NaN where the system does not tell. */
export async function peakMemoryMb(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kb = /^VmHWM:\s+(\d+) kB$/m.exec(text)?.[1];
  return kb === undefined ? NaN : Number(kb) / 1024;
}
