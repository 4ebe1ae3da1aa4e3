import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from '@temporalio/worker';
import { dataConverter } from '../../temporal/payload-codec';
import { readable } from '../faults/evidence';
import { STORIES } from './stories';

const FOLDER = join(__dirname, 'histories');
const BUNDLE = join(__dirname, '..', '..', 'dist', 'workflow-bundle.js');
const files = readdirSync(FOLDER).filter((file) => file.endsWith('.json'));

/** Types that not every story has. */
const SOME = ['plan', 'discover', 'notify'];

interface Recorded {
  readonly workflowId: string;
  readonly history: unknown;
}

function textOf(file: string): string {
  return readFileSync(join(FOLDER, file), 'utf8');
}

function* recorded() {
  for (const file of files) {
    const { workflowId, history } = JSON.parse(textOf(file)) as Recorded;
    // The id must be the recorded one: the ids of children are built from it.
    yield { workflowId, history };
  }
}

test('every story has left histories of rollout, wave and upgrade; of all other types there are some', () => {
  for (const { name } of STORIES) {
    const types = files
      .filter((file) => file.startsWith(`${name}.`))
      .map((file) => file.split('.')[1]);
    // A rollout of a frozen plan freezes none, and few look for their targets or tell anybody.
    const own = [...new Set(types)].filter((type) => !SOME.includes(type ?? ''));
    expect([name, ...own].sort()).toEqual([name, 'rollout', 'upgrade', 'wave'].sort());
  }
  const all = new Set(files.map((file) => file.split('.')[1]));
  expect([...all]).toEqual(expect.arrayContaining(SOME));
});

test('the histories of a story show what they are kept for', () => {
  for (const { name, shows = [] } of STORIES) {
    const texts = files
      .filter((file) => file.startsWith(`${name}.`))
      .map((file) => readable({ json: textOf(file) }));
    const missing = shows.filter((words) => !texts.some((text) => text.includes(words)));
    expect([name, missing]).toEqual([name, []]);
  }
});

test('every activity, timer and child says what it is for', () => {
  const silent = files.flatMap((file) => {
    const { history } = JSON.parse(textOf(file)) as { history: { events: RecordedEvent[] } };
    return history.events
      .filter(({ eventType }) => SAYS_WHY.includes(eventType))
      .filter(({ userMetadata }) => !userMetadata?.summary)
      .map(({ eventId, eventType }) => `${file}: ${eventId} ${eventType}`);
  });

  expect(silent).toEqual([]);
});

interface RecordedEvent {
  readonly eventId: string;
  readonly eventType: string;
  readonly userMetadata?: { readonly summary?: unknown };
}

const SAYS_WHY = [
  'EVENT_TYPE_ACTIVITY_TASK_SCHEDULED',
  'EVENT_TYPE_TIMER_STARTED',
  'EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_INITIATED',
];

test("today's workflows replay every recorded history", async () => {
  const broken: string[] = [];
  let replayed = 0;
  const results = Worker.runReplayHistories(
    { workflowBundle: { codePath: BUNDLE }, dataConverter },
    recorded(),
  );
  for await (const { workflowId, error } of results) {
    replayed += 1;
    if (error) broken.push(`${workflowId}: ${error.message}`);
  }

  expect(broken).toEqual([]);
  expect(replayed).toBe(files.length);
});
