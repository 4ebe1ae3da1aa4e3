import type { CloudSettings, Service } from './settings';

const GAUSSDBFORMYSQL = [
  'ap-southeast-1',
  'ap-southeast-2',
  'cn-north-11',
  'me-east-1',
  'tr-west-1',
];
const GAUSSDB_MYSQL = ['af-south-1', 'cn-east-5', 'cn-southwest-3', 'la-north-2'];
// In these regions the name `gaussdb.` is GaussDB; elsewhere it is TaurusDB.
const GAUSSDB_PLAIN = [
  'af-north-1',
  'ap-southeast-5',
  'cn-east-2',
  'cn-east-4',
  'cn-east-5',
  'cn-north-12',
  'me-east-1',
  'tr-west-1',
];

/** Where a service is called: the override if there is one, else the vendor's table. */
export function endpointOf(
  service: Service,
  region: string,
  overrides: CloudSettings['endpoints'] = {},
): URL {
  const override = overrides[service];
  // A plan names the region: it must not be able to name a host, for a token would go there.
  if (!/^[a-z0-9-]+$/.test(region)) throw new Error(`not a region: "${region}"`);
  return parseEndpoint(service, override ?? `https://${hostOf(service, region)}`);
}

/**
 * An endpoint as a URL without a path of its own to forget. Refuses what could send a request
 * elsewhere or make a secret of the URL; the text is not repeated, for it may hold one.
 */
export function parseEndpoint(service: Service, text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  const usable =
    url !== null &&
    (url.protocol === 'https:' || url.protocol === 'http:') &&
    url.username === '' &&
    url.password === '' &&
    url.search === '' &&
    url.hash === '';
  if (url === null || !usable) {
    throw new Error(
      `the ${service} endpoint must be an http or https URL without user, query or fragment`,
    );
  }
  return url;
}

function hostOf(service: Service, region: string): string {
  return `${nameOf(service, region)}.${region}.myhuaweicloud.com`;
}

function nameOf(service: Service, region: string): string {
  switch (service) {
    case 'taurusdb':
      if (GAUSSDBFORMYSQL.includes(region)) return 'gaussdbformysql';
      return GAUSSDB_MYSQL.includes(region) ? 'gaussdb-mysql' : 'gaussdb';
    case 'gaussdb':
      return GAUSSDB_PLAIN.includes(region) ? 'gaussdb' : 'gaussdb-opengauss';
    case 'dcs':
    case 'iam':
      return service;
  }
}
