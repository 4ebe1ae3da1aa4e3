import { z } from 'zod';
import type { Inspection } from '../rollout/upgrade';

/** ShowProxyVersion. */
export const ProxyVersionAnswer = z.object({
  current_version: z.string(),
  latest_version: z.string().nullish(),
  can_upgrade: z.boolean().nullish(),
  /** An estimate whose form is not documented: nothing else may depend on it. */
  risk: z
    .object({ upgrade_duration: z.string().nullish().catch(null) })
    .nullish()
    .catch(null),
});
export type ProxyVersionAnswer = z.infer<typeof ProxyVersionAnswer>;

/** The version that a proxy has, and what is offered. */
export function proxyVersionsIn(
  answer: ProxyVersionAnswer,
): Pick<Inspection, 'version' | 'newestVersion' | 'upgradable'> {
  return {
    version: answer.current_version,
    newestVersion: answer.latest_version || null,
    upgradable: answer.can_upgrade ?? null,
  };
}

/** ShowGaussMySqlProxyList. */
export const ProxyListAnswer = z.object({
  proxy_list: z
    .object({
      proxy: z.object({
        pool_id: z.string(),
        status: z.string(),
        pool_status: z.string().nullish(),
        nodes: z.object({ status: z.string().nullish() }).array().nullish(),
      }),
    })
    .array(),
});
export type ProxyListAnswer = z.infer<typeof ProxyListAnswer>;
export type ProxyRow = ProxyListAnswer['proxy_list'][number]['proxy'];

/** UpgradeProxyVersion. */
export const UpgradeProxyAnswer = z.object({
  update_result: z
    .object({
      instance_id: z.string().nullish(),
      workflow_id: z.string().nullish(),
      state: z.string().nullish(),
      error_message: z.string().nullish(),
    })
    .array(),
});
export type UpgradeProxyAnswer = z.infer<typeof UpgradeProxyAnswer>;
export type UpgradeRow = UpgradeProxyAnswer['update_result'][number];
