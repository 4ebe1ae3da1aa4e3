import { z } from 'zod';

/** ListDatabaseInstances, v3.3: list and detail in one. */
export const InstancesAnswer = z.object({
  instances: z
    .object({
      id: z.string(),
      status: z.string(),
      datastore: z
        .object({
          hotfix_version_infos: z.object({ version: z.string() }).array().nullish(),
          hotfix_versions: z.string().nullish(),
        })
        .nullish(),
    })
    .array(),
  total_count: z.number().nullish(),
});
export type InstanceRow = z.infer<typeof InstancesAnswer>['instances'][number];

/** ShowUpgradeCandidateVersions (gaussdb_api_286). */
export const CandidatesAnswer = z.object({
  upgrade_type_list: z
    .object({ upgrade_type: z.string(), enable: z.boolean().nullish() })
    .array()
    .nullish(),
  hotfix_upgrade_candidate_versions: z.string().array().nullish(),
  hotfix_upgrade_infos: z.object({ version: z.string() }).array().nullish(),
});
export type CandidatesAnswer = z.infer<typeof CandidatesAnswer>;

/** CreateScheduleTask (gaussdb_api_451). */
export const ScheduleAnswer = z.object({
  instance_tasks: z
    .object({ task_id: z.string().nullish(), instance_id: z.string().nullish() })
    .array(),
});

/** ListScheduleTask (gaussdb_api_452). */
export const ScheduleTasksAnswer = z.object({
  tasks: z
    .object({
      task_id: z.string(),
      status: z.string(),
      instance_id: z.string().nullish(),
      create_time: z.string().nullish(),
      start_time: z.string().nullish(),
    })
    .array(),
  total_count: z.number().nullish(),
});
export type ScheduleTaskRow = z.infer<typeof ScheduleTasksAnswer>['tasks'][number];

/** ListTasks (gaussdb_api_130). */
export const TasksAnswer = z.object({
  tasks: z
    .object({
      instance_info: z.object({ instance_id: z.string().nullish() }).nullish(),
      job_id: z.string().nullish(),
      status: z.string(),
      created_at: z.string().nullish(),
      ended_at: z.string().nullish(),
      fail_reason: z.string().nullish(),
    })
    .array(),
});
