import type { DevServer } from '../../local/dev-server';
import { SERVER_KEY } from './global-setup';

/** Jest calls this once after all tests, also after failed ones. */
export default async function globalTeardown(): Promise<void> {
  const holder = globalThis as { [SERVER_KEY]?: DevServer };
  await holder[SERVER_KEY]?.kill();
}
