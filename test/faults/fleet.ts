import { createHash } from 'node:crypto';

/** Targets of a story: as many of each family. */
export const TARGETS = 40;

/**
 * The fleet of a seed, as a fleet file: as many targets of each family. Of forty, three instances have
 * two proxies, and two have a proxy and a kernel to upgrade, so that "one attempt per instance" can be
 * broken.
 */
export function fleetOf(seed: number, targets: number): readonly object[] {
  const id = (what: string, index: number) =>
    createHash('sha256').update(`${seed}/${what}/${index}`).digest('hex').slice(0, 32);
  const rows = Array.from({ length: targets / 4 }, (_, index) => {
    const kernel = `${id('kernel', index)}in07`;
    const proxied = `${id('proxied', index < 6 ? index % 3 : index)}in07`;
    return [
      {
        family: 'taurusdb-proxy',
        instanceId: index > 7 ? kernel : proxied,
        proxyId: `${id('proxy', index)}po01`,
      },
      { family: 'taurusdb-instance', instanceId: kernel },
      { family: 'gaussdb-hotfix' },
      { family: 'dcs-instance' },
    ];
  });
  return rows.flat();
}
