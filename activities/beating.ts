import { setMaxListeners } from 'node:events';
import { cancellationSignal, heartbeat } from '@temporalio/activity';

// A quarter of the heartbeat's time-out (workflows/queues.ts): a busy machine is not a dead one. By
// the clock and not by what is done: calls that wait for their turn say nothing for minutes.
const BEAT_MS = 5_000;

/**
 * Work of many calls: heartbeats while it lasts, so that a worker that dies in it is missed soon. The
 * signal is the activity's own.
 */
export async function whileBeating<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const signal = cancellationSignal();
  // All calls listen to it: more than Node takes for a leak, and all go away again.
  setMaxListeners(0, signal);
  const beating = setInterval(() => heartbeat(), BEAT_MS);
  try {
    return await work(signal);
  } finally {
    clearInterval(beating);
  }
}
