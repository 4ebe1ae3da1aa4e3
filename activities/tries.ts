import { sleep } from '@temporalio/activity';
import { isAccessRefused } from './failures';

// One bad answer among a hundred must not throw away the ninety-nine others.
export const TRIES = 3;
const TRY_AGAIN_MS = 1_000;

/** A read of one among many, made again while the cloud is in trouble, or refuses it. */
export async function tried<T>(read: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await read();
    } catch (error) {
      // A look is two calls at once, and more than five refused signatures in a row lock the key.
      if ((isAccessRefused(error) && tries === 2) || tries === TRIES) throw error;
      await beforeNextTry();
    }
  }
}

/** The pause between two tries. */
export function beforeNextTry(): Promise<void> {
  return sleep(TRY_AGAIN_MS);
}
