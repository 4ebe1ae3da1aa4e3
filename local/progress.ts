// A person who sees nothing for longer believes that it hangs.
const PROGRESS_EVERY_MS = 10_000;

/** Says every ten seconds that `work` goes on, for how long, and `detail()`, until it settles. */
export async function withProgress<T>(
  {
    say,
    what,
    detail,
    everyMs = PROGRESS_EVERY_MS,
  }: {
    readonly say: (line: string) => void;
    readonly what: string;
    readonly detail?: () => string;
    readonly everyMs?: number;
  },
  work: Promise<T>,
): Promise<T> {
  const since = Date.now();
  const timer = setInterval(() => {
    const seconds = Math.round((Date.now() - since) / 1000);
    say(`${what}: ${seconds} s${detail ? `, ${detail()}` : ''}`);
  }, everyMs);
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}
