const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGQUIT', 'SIGUSR2'] as const;

/**
 * Aborts when the process is told to stop. The SDK's own handlers hear of it only once there are workers,
 * and a stop that comes while Temporal is still being looked for would be lost. Further signals
 * change nothing: what is under way is finished.
 */
export function stopSignal(): AbortSignal {
  const controller = new AbortController();
  for (const signal of SIGNALS) process.on(signal, () => controller.abort());
  return controller.signal;
}
