import { z } from 'zod';

/** ShowGaussMySqlInstanceInfo, v3: its status tells "busy", which v3.1's does not. */
export const InstanceAnswer = z.object({ instance: z.object({ status: z.string() }) });

/** ShowInstanceDatabaseVersion. The kernel's version is upgraded, not the engine's. */
export const DatabaseVersionAnswer = z.object({
  upgrade_flag: z.boolean().nullish(),
  datastore: z.object({
    current_kernel_version: z.string(),
    latest_kernel_version: z.string().nullish(),
  }),
});

/** BatchUpgradeDatabases. */
export const BatchUpgradeAnswer = z.object({ resp: z.string() });
