import { z } from 'zod';
import { isNamePattern } from './fleet';
import { kind, section, text } from './plan-fields';
import { cloud, headSchema, labels } from './plan-schema';
import { label } from './plan-wave-schema';
import { WORDS } from './plan-words';

const filter = section(
  {
    name: text('text').refine(isNamePattern, kind('namePattern')).nullable().default(null),
    tags: z.record(z.string(), label, kind('section')).default({}),
    upgradable: z.boolean(kind('flag')).default(false),
  },
  WORDS.filter,
);

/** An entry of `targets` that stands for what is found when the plan is frozen. */
export const discoverSchema = section(
  { upgrade: text('text'), cloud, discover: filter, labels },
  WORDS.discovery,
);

/** Where instances are looked for. */
export const scopeSchema = section(
  {
    projectId: headSchema.shape.projectId.unwrap(),
    region: headSchema.shape.region.unwrap(),
  },
  WORDS.cloud,
);
