import { mkdir, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import { startDevServer } from '../../local/dev-server';
import { testTemporalProgram } from '../support/temporal-server';
import { startWorld } from '../support/world';
import { STORIES } from './stories';

/**
 * Records the histories afresh: `npm run record`. Do so only for a change that is meant to be a new
 * version of the workflows; else replay.test.ts would prove nothing about running rollouts. New
 * stories alone: `npm run record -- -t <name>`, which leaves the histories of the others as they are.
 */

const ROOT = join(__dirname, '..', '..', '/');
const FOLDER = join(__dirname, 'histories');

beforeAll(async () => {
  await mkdir(FOLDER, { recursive: true });
  await forget((name) => !STORIES.some((story) => story.name === name));
});

/** Removes the histories of stories. */
async function forget(isOf: (story: string) => boolean): Promise<void> {
  for (const file of await readdir(FOLDER)) {
    if (isOf(file.split('.')[0] ?? '')) await rm(join(FOLDER, file));
  }
}

test.each(STORIES.map((story) => [story.name, story] as const))('%s', async (name, story) => {
  const server = story.continueAsNewAt && (await serverThatSuggests(story.continueAsNewAt));
  const address = server ? { address: server.address } : {};
  // Its modules may be elsewhere.
  const roots = [ROOT, join(dirname(await realpath(join(ROOT, 'node_modules'))), '/')];
  const world = await startWorld({ size: 4, set: { duration: '500ms', ...story.set }, ...address });
  try {
    await world.startWorker();
    const { workflowId } = await story.play(world);
    await forget((each) => each === name);
    const query = `TaskQueue = '${world.taskQueue}'`;
    for await (const { type, runId, ...found } of world.client.workflow.list({ query })) {
      const ours = found.workflowId.startsWith(workflowId) || type === 'upgrade';
      if (!ours) continue;
      const handle = world.client.workflow.getHandle(found.workflowId, runId);
      const text = historyToJSON(await handle.fetchHistory());
      // Stack traces name the machine's folders.
      const history: unknown = JSON.parse(
        roots.reduce((all, one) => all.replaceAll(one, ''), text),
      );
      const file = join(FOLDER, `${name}.${type}.${runId.slice(-8)}.json`);
      await writeFile(file, JSON.stringify({ workflowId: found.workflowId, history }));
    }
  } finally {
    await world.stop();
    if (server) await server.stop();
  }
});

async function serverThatSuggests(events: number) {
  return startDevServer({
    program: await testTemporalProgram(),
    ui: false,
    dynamicConfig: { 'limit.historyCount.suggestContinueAsNew': events },
  });
}
