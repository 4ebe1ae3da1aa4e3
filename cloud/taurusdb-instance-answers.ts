import { z } from 'zod';
import type { Inspection } from '../rollout/upgrade';

const Instance = z.object({
  status: z.string(),
  datastore: z.object({ kernel_version: z.string().nullish() }).nullish(),
});

/** ShowGaussMySqlInstanceInfo, v3: its status tells "busy", which v3.1's does not. */
export const InstanceAnswer = z.object({ instance: Instance });

/** ListGaussMySqlInstances, v3 likewise. */
export const InstancesAnswer = z.object({
  instances: Instance.extend({ id: z.string() }).array(),
  total_count: z.number().nullish(),
});
export type InstanceRow = z.infer<typeof InstancesAnswer>['instances'][number];

/** ShowInstanceDatabaseVersion. The kernel's version is upgraded, not the engine's. */
export const DatabaseVersionAnswer = z.object({
  upgrade_flag: z.boolean().nullish(),
  datastore: z.object({
    current_kernel_version: z.string(),
    latest_kernel_version: z.string().nullish(),
  }),
});

/** The kernel that an instance has, and what is offered. */
export function kernelsIn(
  answer: z.infer<typeof DatabaseVersionAnswer>,
): Pick<Inspection, 'version' | 'newestVersion' | 'upgradable'> {
  return {
    version: answer.datastore.current_kernel_version,
    newestVersion: answer.datastore.latest_kernel_version || null,
    upgradable: answer.upgrade_flag ?? null,
  };
}

/** BatchUpgradeDatabases. */
export const BatchUpgradeAnswer = z.object({ resp: z.string() });
