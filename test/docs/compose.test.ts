import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ROOT } from './markdown';

interface Service {
  readonly image?: string;
  readonly build?: string;
  readonly command?: string | readonly string[];
  readonly environment?: Readonly<Record<string, unknown>>;
  readonly env_file?: string;
  readonly depends_on?: Readonly<Record<string, unknown>>;
  readonly ports?: readonly string[];
  readonly stop_grace_period?: string;
  readonly configs?: readonly { readonly source: string }[];
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly configs?: Readonly<Record<string, unknown>>;
}

/** No engine runs here: what can be told of the files without one. */
const read = (name: string) =>
  parse(readFileSync(join(ROOT, name), 'utf8'), { merge: true }) as Compose;

const FILES = ['docker-compose.yml', 'docker-compose.production.yml'];

test.each(FILES)(
  '%s: images have versions, ports are local, and what is waited for is there',
  (name) => {
    const { services, configs = {} } = read(name);

    for (const service of Object.values(services)) {
      const { image, build, depends_on = {}, ports = [], configs: used = [] } = service;
      expect(build === undefined ? image : ':1').toMatch(/:v?\d/);
      for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
      expect(Object.keys(services)).toEqual(expect.arrayContaining(Object.keys(depends_on)));
      expect(Object.keys(configs)).toEqual(
        expect.arrayContaining(used.map(({ source }) => source)),
      );
    }
  },
);

test('production: no secret stands in the file', () => {
  const { services } = read('docker-compose.production.yml');

  const settings = Object.values(services).flatMap(({ environment = {} }) =>
    Object.entries(environment),
  );

  const secret = settings.filter(([key]) => /PASSWORD|PWD|_SK$|_AK$|SECRET|TOKEN/.test(key));
  expect(secret.map(([, value]) => value)).toEqual(
    secret.map(() => '${POSTGRES_PASSWORD:?set it in production.env}'),
  );
  expect(secret.length).toBeGreaterThan(2);
  expect(services.worker).toMatchObject({ env_file: 'worker.env' });
  const ignored = ['.gitignore', '.dockerignore'].map((file) =>
    readFileSync(join(ROOT, file), 'utf8').split('\n'),
  );
  for (const lines of ignored) expect(lines).toContain('*.env');
});

test('production: a worker may finish its calls before it is killed', () => {
  const { services } = read('docker-compose.production.yml');

  expect(Number.parseInt(services.worker?.stop_grace_period ?? '', 10)).toBeGreaterThan(45);
});
