import tseslint from 'typescript-eslint';

/** Node's I/O and the libraries that only the named rooms may use (the table in docs/architecture.md). */
const node = '^(node:|fs$|path$|os$|child_process$|net$|http$|https$|crypto$|util$|zlib$|process$)';
const temporal = '^@temporalio/';
const http = '^ky$';
const schema = '^zod$';
const calendar = '^croner$';
const rooms = [
  'client',
  'workflows',
  'rollout',
  'activities',
  'cloud',
  'worker',
  'temporal',
  'emulator',
  'local',
];

/** A relative import that leads into the named room, from any depth. */
const into = (...names) => `^(\\.\\./)+(${names.join('|')})(/|$)`;
const others = (...own) => into(...rooms.filter((room) => !own.includes(room)), 'test', 'bench');

/** Forbids imports in a room. `types: true` lets `import type` pass. */
function room(files, ...bans) {
  return {
    files: Array.isArray(files) ? files : [`${files}/**/*.ts`],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: bans.map(({ regex, types = false, why }) => ({
            regex,
            allowTypeImports: types,
            message: why,
          })),
        },
      ],
    },
  };
}

const pureRollout = [
  { regex: node, why: 'rollout/ is pure: no I/O.' },
  { regex: temporal, why: 'rollout/ knows nothing of Temporal.' },
  { regex: http, why: 'rollout/ is pure: no HTTP.' },
  { regex: others('rollout'), why: 'rollout/ imports itself only.' },
];

const noCalendar = {
  regex: calendar,
  why: 'In rollout/ only windows.ts knows the calendar; resolve windows outside the sandbox.',
};
const noSchema = { regex: schema, why: 'In rollout/ only plan.ts and its schemas may use zod.' };

export default tseslint.config(
  { ignores: ['dist/', 'reports/', 'coverage/'] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['*.cjs', '*.mjs', 'test/support/*.mjs'] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-non-null-assertion': 'error',
      'no-console': 'error',
      'max-lines': ['error', { max: 250, skipBlankLines: true, skipComments: true }],
      eqeqeq: 'error',
    },
  },
  { files: ['*.cjs', '**/*.mjs'], ...tseslint.configs.disableTypeChecked },
  {
    files: ['test/**/*.ts', 'bench/**/*.ts'],
    rules: { 'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }] },
  },
  room('rollout', ...pureRollout, noSchema, noCalendar),
  room(['rollout/windows.ts'], ...pureRollout, noSchema),
  room(
    [
      'rollout/plan.ts',
      'rollout/plan-schema.ts',
      'rollout/plan-wave-schema.ts',
      'rollout/plan-bake-schema.ts',
      'rollout/plan-hooks-schema.ts',
      'rollout/plan-notify-schema.ts',
      'rollout/plan-calendar-schema.ts',
      'rollout/plan-discover-schema.ts',
      'rollout/plan-json-schema.ts',
      'rollout/frozen-plan-schema.ts',
      'rollout/plan-fields.ts',
    ],
    ...pureRollout,
    noCalendar,
  ),
  room(
    'workflows',
    { regex: node, why: 'Workflow code is deterministic: no Node.' },
    {
      regex: '^@temporalio/(?!(workflow|common)$)',
      why: 'Workflows use @temporalio/workflow only.',
    },
    { regex: http, why: 'Workflows make no calls; activities do.' },
    noCalendar,
    { regex: schema, why: 'zod costs 600 KB per cached workflow; validate outside.' },
    {
      regex:
        '^(\\.\\./)+rollout/(frozen-plan-schema|plan(-(([a-z]+-)?schema|fields|calendar))?|windows)$',
      types: true,
      why: 'These need zod or a calendar; resolve outside the sandbox.',
    },
    { regex: into('activities'), types: true, why: 'Only the types of activities.' },
    {
      regex: others('workflows', 'rollout', 'activities'),
      why: 'Workflows know rollout/ and the types of activities/.',
    },
  ),
  room(
    'activities',
    { regex: http, why: 'Calls are made in cloud/.' },
    {
      regex: '^@temporalio/(?!(activity|common)$)',
      why: 'Activities use @temporalio/activity only.',
    },
    {
      regex: others('activities', 'cloud', 'rollout'),
      why: 'Activities know cloud/ and rollout/.',
    },
  ),
  room(
    'cloud',
    { regex: temporal, why: 'cloud/ knows nothing of Temporal.' },
    { regex: into('rollout'), types: true, why: 'Only the types of rollout/.' },
    { regex: others('cloud', 'rollout'), why: 'cloud/ imports itself and types of rollout/.' },
  ),
  {
    files: ['cloud/**/*.ts', 'rollout/**/*.ts', 'workflows/**/*.ts', 'activities/**/*.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        {
          name: 'process',
          message: 'The environment is read in the configuration of worker/ and client/ alone.',
        },
      ],
    },
  },
  room(
    'client',
    {
      regex: others('client', 'temporal', 'rollout', 'workflows'),
      why: 'Cloud credentials live with the workers alone.',
    },
    {
      regex: '^(\\.\\./)+workflows/(?!messages$)',
      types: true,
      why: 'Of workflows/ only messages and types.',
    },
  ),
  room('worker', {
    regex: into('client', 'emulator', 'local', 'test', 'bench'),
    why: 'The worker wires production rooms only.',
  }),
  room('temporal', {
    regex: others('temporal', 'workflows', 'rollout'),
    why: 'temporal/ is shared by client and worker.',
  }),
  room('emulator', {
    regex: others('emulator'),
    why: 'The emulator shares no code: two hands, so that one misreading shows.',
  }),
  room('local', { regex: into('test', 'bench'), why: 'Nothing imports tests.' }),
  {
    // What runs in a browser: scripts that share one scope, since a page of one file has no modules.
    files: ['client/report/browser/*.ts'],
    ignores: ['client/report/browser/page-data.ts'],
    languageOptions: { sourceType: 'script' },
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { vars: 'local' }],
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
    },
  },
  {
    files: ['client/**/*.ts', 'local/**/*.ts', 'emulator/main.ts'],
    rules: { 'no-console': 'off' },
  },
);
