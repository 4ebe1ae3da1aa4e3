/** Does work that Ctrl-C stops, or whoever asks the process to end: `stop` is then aborted. */
export async function stoppable<Result>(
  work: (stop: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const stop = new AbortController();
  const onSignal = () => stop.abort();
  process.once('SIGINT', onSignal);
  process.once('SIGTERM', onSignal);
  try {
    return await work(stop.signal);
  } finally {
    process.removeListener('SIGINT', onSignal);
    process.removeListener('SIGTERM', onSignal);
  }
}

/** Rests so long, or until `stop` comes. */
export function rest(durationMs: number, stop: AbortSignal): Promise<'rested'> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, durationMs);
    stop.addEventListener('abort', done, { once: true });
    if (stop.aborted) done();
    function done() {
      clearTimeout(timer);
      stop.removeEventListener('abort', done);
      resolve('rested');
    }
  });
}
