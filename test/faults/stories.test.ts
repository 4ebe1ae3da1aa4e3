import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { testTemporalProgram } from '../support/temporal-server';
import { playStory } from './story';
import { NOTHING_SPECIAL, specialOf, type Special } from './special';
import { faultsOf, freezingTroublesOf, troublesOf, type Trouble } from './troubles';

const SEED = 200;
// An upgrade that never ends would take a minute more; `npm run faults` has such ones.
const NONE_STUCK = { stuck: 0 };
const FEW = 16;

// Each kind once, and close together: what a killed worker had in hand is missed only after thirty
// seconds, so that the same half minute does for all.
const ONE_OF_EACH: readonly Trouble[] = [
  { do: 'killWorker', which: 0, atMs: 2_000, downMs: 1_000 },
  { do: 'killServer', atMs: 5_000, downMs: 500 },
  { do: 'killCloud', atMs: 9_000, downMs: 1_000 },
  { do: 'pause', atMs: 10_000, forMs: 2_000 },
  { do: 'killWorker', which: 1, atMs: 14_000, downMs: 1_000 },
  { do: 'cut', atMs: 16_000, forMs: 10_000, of: 'cloud', how: 'frozen' },
];

// What takes no more than a few seconds.
const SOME_SPECIAL: Special = { ...NOTHING_SPECIAL, hooks: true };

// The short form of `npm run faults`, which plays as many of these stories as one likes.
test('targets of all families, while workers, the Temporal server and the cloud are killed and the network is cut: no rule is broken', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'upwave-story-'));
  const temporal = await testTemporalProgram();

  const { kills, cuts, faults, counts, violations, evidence } = await playStory({
    ...{ seed: SEED, temporal, folder, troubles: ONE_OF_EACH, special: SOME_SPECIAL },
    faults: faultsOf(SEED, NONE_STUCK),
    targets: FEW,
  });

  expect(violations).toEqual([]);
  expect(counts).toMatchObject({ total: FEW, pending: 0, inFlight: 0 });
  // Without these the story would prove nothing.
  expect(kills).toEqual({ worker: 2, server: 1, cloud: 1 });
  expect(cuts).toHaveLength(1);
  expect(evidence.hookCalls.length).toBeGreaterThan(FEW);
  expect(faults).toBeGreaterThan(3);
  await rm(folder, { recursive: true });
}, 420_000);

test('the same seed gives the same troubles, faults and specials, another seed others', () => {
  expect(specialOf(7)).toEqual(specialOf(7));
  expect(freezingTroublesOf(7)).toEqual(freezingTroublesOf(7));
  expect(freezingTroublesOf(8)).not.toEqual(freezingTroublesOf(7));
  expect(troublesOf(7)).toEqual(troublesOf(7));
  expect(faultsOf(7)).toEqual(faultsOf(7));
  expect(troublesOf(8)).not.toEqual(troublesOf(7));
  expect(faultsOf(8)).not.toEqual(faultsOf(7));
});

test('of a hundred seeds, each special thing befalls some and none befalls all', () => {
  const all = Array.from({ length: 100 }, (_, seed) => specialOf(seed));

  for (const what of ['unfrozen', 'openings', 'budget', 'hooks', 'scheduled'] as const) {
    const many = all.filter((special) => Boolean(special[what])).length;
    expect([what, many > 9 && many < 50]).toEqual([what, true]);
  }
  expect(all.filter((special) => isDeepStrictEqual(special, NOTHING_SPECIAL))).not.toEqual([]);
  expect(all.some(({ budget }) => budget === 'wave')).toBe(true);
  expect(all.some(({ budget }) => budget === 'rollout')).toBe(true);
});
