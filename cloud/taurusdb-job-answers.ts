import { z } from 'zod';

/** ShowGaussMySqlJobInfo. */
export const ShowJobAnswer = z.object({
  job: z.object({
    id: z.string(),
    status: z.string(),
    created: z.string().nullish(),
    ended: z.string().nullish(),
    process: z.string().nullish(),
    fail_reason: z.string().nullish(),
    instance: z.object({ id: z.string().nullish() }).nullish(),
  }),
});

/** ListImmediateJobs. */
export const ImmediateJobsAnswer = z.object({
  jobs: z
    .object({
      instance_id: z.string().nullish(),
      job_id: z.string(),
      job_name: z.string().nullish(),
      // One odd row of another team's must not hide the others: it counts as running, and is reported.
      status: z.string().catch(''),
      process: z.string().nullish().catch(null),
      created_time: z.string().nullish(),
      ended_time: z.string().nullish(),
      fail_reason: z.string().nullish(),
    })
    .array(),
  total_count: z.number().nullish(),
});
export type ImmediateRow = z.infer<typeof ImmediateJobsAnswer>['jobs'][number];

/** ListScheduleJobs. */
export const ScheduledJobsAnswer = z.object({
  schedules: z
    .object({
      job_id: z.string(),
      instance_id: z.string().nullish(),
      proxy_id: z.string().nullish(),
      job_status: z.string(),
      create_time: z.string().nullish(),
      end_time: z.string().nullish(),
    })
    .array(),
  total_count: z.number().nullish(),
});
export type ScheduledRow = z.infer<typeof ScheduledJobsAnswer>['schedules'][number];

/** CheckScheduleTaskExist. */
export const ScheduleExistsAnswer = z.object({
  scheduled_tasks: z
    .object({
      task_id: z.string(),
      task_status: z.string().nullish(),
      create_time: z.union([z.number(), z.string()]).nullish(),
    })
    .array()
    .nullish(),
});
