import { z } from 'zod';
import { ProxyListAnswer } from './taurusdb-proxy-answers';

const Text = z.string().nullish();

/** ListGaussMySqlInstances, v3: its status tells "busy", which v3.1's does not. */
export const InstanceListAnswer = z.object({
  total_count: z.number().nullish(),
  instances: z
    .object({
      id: z.string(),
      name: Text,
      status: Text,
      datastore: z.object({ kernel_version: Text }).nullish(),
      tags: z.object({ key: z.string(), value: Text }).array().nullish(),
    })
    .array(),
});
export type ListedInstance = z.infer<typeof InstanceListAnswer>['instances'][number];

const Detail = z.object({
  id: z.string(),
  maintenance_window: Text,
  master_az_code: Text,
  nodes: z.object({ az_code: Text }).array().nullish(),
  proxies: z.object({ pool_id: z.string(), name: Text }).array().nullish(),
});
export type InstanceDetail = z.infer<typeof Detail>;

/** ListGaussMySqlInstanceDetailInfoUnifyStatus, v3.1: the details of 20 instances at most. */
export const DetailsAnswer = z.object({ instances: Detail.array() });

/** ShowGaussMySqlInstanceInfo. */
export const DetailAnswer = z.object({ instance: Detail });

/** ShowGaussMySqlProxyList, with names and zones. */
export const NamedProxiesAnswer = z.object({
  proxy_list: ProxyListAnswer.shape.proxy_list.element
    .extend({
      proxy: ProxyListAnswer.shape.proxy_list.element.shape.proxy.extend({
        name: Text,
        nodes: z.object({ az_code: Text }).array().nullish(),
      }),
    })
    .array(),
});
export type NamedProxy = z.infer<typeof NamedProxiesAnswer>['proxy_list'][number]['proxy'];
