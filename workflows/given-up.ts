import { CancellationScope } from '@temporalio/workflow';

/** Work that may be given up before it is over. */
export interface GiveUp<T> {
  readonly result: Promise<T>;
  readonly isOver: () => boolean;
  /** Cancels it. What comes of it no longer matters. */
  readonly giveUp: () => Promise<void>;
}

/** Begins the work in a scope of its own. */
export function mayBeGivenUp<T>(work: () => Promise<T>): GiveUp<T> {
  const scope = new CancellationScope();
  let over = false;
  const result = scope.run(work).finally(() => {
    over = true;
  });
  const giveUp = async () => {
    scope.cancel();
    await result.catch(() => undefined);
  };
  return { result, isOver: () => over, giveUp };
}
