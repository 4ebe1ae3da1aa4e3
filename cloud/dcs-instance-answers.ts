import { z } from 'zod';

const Text = z.string().nullish();

/** ShowInstanceVersion. */
export const VersionAnswer = z.object({
  engine_minor_version: Text,
  latest_engine_minor_version: Text,
  engine_minor_version_upgradable: z.boolean().nullish(),
  proxy_minor_version: Text,
  latest_proxy_minor_version: Text,
  proxy_minor_version_upgradable: z.boolean().nullish(),
});
export type VersionAnswer = z.infer<typeof VersionAnswer>;

/** ShowInstance. `task` is in no table, but in an example and in the vendor's provider. */
export const InstanceAnswer = z.object({
  status: z.string(),
  task: Text,
  service_upgrade: z.boolean().nullish(),
  service_task_id: Text,
});
export type InstanceAnswer = z.infer<typeof InstanceAnswer>;

/** ListInstances: the same fields, without versions other than the engine's major one. */
export const InstancesAnswer = z.object({
  instances: InstanceAnswer.extend({ instance_id: z.string() }).array(),
  instance_num: z.number().nullish(),
});

/** UpgradeInstanceMinorVersion. */
export const UpgradeAnswer = z.object({ task_id: z.string().min(1) });

/** ListBackgroundTask, and ListCenterTask of the whole project. */
export const TasksAnswer = z.object({
  tasks: z
    .object({
      id: z.string(),
      name: Text,
      status: z.string(),
      created_at: Text,
      updated_at: Text,
      error_code: Text,
    })
    .array(),
  // A string on the page, a number in its example.
  task_count: z.coerce.number().nullish().catch(null),
});
export type TaskRow = z.infer<typeof TasksAnswer>['tasks'][number];

/** ShowBackgroundTaskProgress. */
export const ProgressAnswer = z.object({
  progress: z.union([z.number(), z.string()]).nullish(),
  remain_time: z.coerce.number().nullish().catch(null),
  step_details: z
    .object({
      step_name: Text,
      step_status: Text,
      error_code: Text,
    })
    .array()
    .nullish(),
});
export type ProgressAnswer = z.infer<typeof ProgressAnswer>;
