import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';

/** Signals on which children are stopped before this process ends by the same signal. */
export const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
export type StopSignal = (typeof STOP_SIGNALS)[number];

/** A child as the end of its parent sees it. */
export interface Leashed {
  readonly pid: number;
  stop(): Promise<unknown>;
  killNow(): void;
}

// npm passes on a Ctrl-C which the terminal has given to the whole group already: two signals
// within milliseconds are one keypress. A later one is a person who does not want to wait.
const IMPATIENT_AFTER_MS = 1_000;

// Waits for the end of its input, which comes with the parent's death however it died. It ignores
// the signals that a terminal gives to all, or it would die before its work.
const WATCHDOG = `trap '' HUP INT TERM; read -r _; kill -s KILL -- "-$1"`;

const leashed = new Set<Leashed>();
let ownHandler: ((signal: StopSignal) => Promise<void>) | null = null;
let listening = false;
let stoppingSince: number | null = null;

/**
 * Ties a child, leader of its own process group, to the life of this process: it is stopped on
 * SIGINT, SIGTERM and SIGHUP and killed on exit. A watchdog kills it when this process is SIGKILLed.
 * Call the function that is returned once the child has ended.
 *
 * Not covered: Windows when the parent is killed hard; a parent SIGKILLed within the milliseconds
 * before the watchdog runs; someone who kills parent and watchdog at once; processes that leave
 * the child's process group.
 */
export function leash(child: Leashed): () => void {
  leashed.add(child);
  listenWhileNeeded();
  const dismiss = watchdog(child.pid);
  return () => {
    leashed.delete(child);
    dismiss();
    listenWhileNeeded();
  };
}

/**
 * Runs `handler` on the first SIGINT, SIGTERM or SIGHUP, before the children that are left are
 * stopped and this process ends by that signal; so a program can stop them in its own order, say a
 * last word, or exit by itself. A plain `process.on` would be called a second time at the end.
 * Returns what takes the handler away again.
 */
export function onStopSignal(handler: (signal: StopSignal) => Promise<void>): () => void {
  ownHandler = handler;
  listenWhileNeeded();
  return () => {
    if (ownHandler === handler) ownHandler = null;
    listenWhileNeeded();
  };
}

function listenWhileNeeded(): void {
  const needed = leashed.size > 0 || ownHandler !== null || stoppingSince !== null;
  if (needed === listening) return;
  listening = needed;
  const change = needed ? ('on' as const) : ('off' as const);
  process[change]('exit', killAll);
  for (const signal of STOP_SIGNALS) process[change](signal, onSignal);
}

function killAll(): void {
  for (const child of leashed) child.killNow();
}

function onSignal(signal: StopSignal): void {
  if (stoppingSince === null) {
    stoppingSince = Date.now();
    void stopAll(signal);
  } else if (Date.now() - stoppingSince > IMPATIENT_AFTER_MS) {
    killAll();
    endBy(signal);
  }
}

async function stopAll(signal: StopSignal): Promise<void> {
  try {
    await ownHandler?.(signal);
  } finally {
    await Promise.allSettled([...leashed].map((child) => child.stop()));
    endBy(signal);
  }
}

/** Ends by the signal itself, so that a shell sees why (130 after Ctrl-C). */
function endBy(signal: StopSignal): void {
  for (const each of STOP_SIGNALS) process.off(each, onSignal);
  process.kill(process.pid, signal);
}

function watchdog(pid: number): () => void {
  if (process.platform === 'win32') return () => undefined;
  const dog = spawn('/bin/sh', ['-c', WATCHDOG, 'upwave-watchdog', String(pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    // A kill of the parent's whole process group must leave it alive.
    detached: true,
    cwd: '/',
    env: {},
  });
  // Without a shell there is no watchdog; the rest still holds.
  dog.on('error', () => undefined);
  dog.stdin.on('error', () => undefined);
  dog.unref();
  (dog.stdin as Socket).unref();
  return () => void dog.kill('SIGKILL');
}
