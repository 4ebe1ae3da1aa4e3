import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { BUNDLE } from './create-workers';

/** Build step: bundles the workflows once, so that a worker starts without a bundler. */
async function main(): Promise<void> {
  const { code } = await bundleWorkflowCode({
    workflowsPath: join(__dirname, '..', 'workflows', 'index.js'),
    logger: new DefaultLogger('WARN'),
  });
  await writeFile(BUNDLE, code);
}

main().catch((error: unknown) => {
  process.stderr.write(`The workflows could not be bundled: ${String(error)}\n`);
  process.exitCode = 1;
});
