import { chmod, mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { checkTemporal } from './temporal-check';
import { cachedTemporal, cacheFolder, type Environment } from './temporal-search';

const PARTIAL = '.partial-';
// No download or build takes this long: what is older was left by one that was killed.
const ABANDONED_AFTER_MS = 2 * 60 * 60 * 1000;

/**
 * Lets `make` put a program into a folder of its own, checks it, and moves it into the cache in one
 * step: two at once do not disturb each other, and one that is killed leaves no half program.
 */
export async function intoCache(
  env: Environment,
  make: (folder: string) => Promise<string>,
): Promise<string> {
  const cache = cacheFolder(env);
  await mkdir(cache, { recursive: true });
  await removeAbandoned(cache);
  const folder = await mkdtemp(join(cache, PARTIAL));
  try {
    const made = await make(folder);
    await chmod(made, 0o755);
    await checkTemporal(made, env);
    await rename(made, cachedTemporal(env));
    return cachedTemporal(env);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function removeAbandoned(cache: string): Promise<void> {
  for (const name of await readdir(cache)) {
    if (!name.startsWith(PARTIAL)) continue;
    const folder = join(cache, name);
    const { mtimeMs } = await stat(folder).catch(() => ({ mtimeMs: Date.now() }));
    if (Date.now() - mtimeMs > ABANDONED_AFTER_MS) {
      await rm(folder, { recursive: true, force: true });
    }
  }
}
