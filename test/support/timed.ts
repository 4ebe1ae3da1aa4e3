/** What `work` gave, and the processor's time that it took: what else runs beside it does not count. */
export function timed<T>(work: () => T): { readonly value: T; readonly seconds: number } {
  const before = process.cpuUsage();
  const value = work();
  const { user, system } = process.cpuUsage(before);
  return { value, seconds: (user + system) / 1_000_000 };
}
