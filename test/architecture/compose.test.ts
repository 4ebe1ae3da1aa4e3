import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Script } from 'node:vm';
import { parse } from 'yaml';

interface Service {
  readonly healthcheck?: { readonly test: readonly unknown[] };
}

const text = readFileSync(join(__dirname, '..', '..', 'docker-compose.yml'), 'utf8');
const { services } = parse(text) as { readonly services: Readonly<Record<string, Service>> };
const checked = Object.entries(services).flatMap(([name, { healthcheck }]) =>
  healthcheck === undefined ? [] : [{ name, command: healthcheck.test }],
);

test('emulator and worker have a health check', () => {
  expect(checked.map(({ name }) => name)).toEqual(['emulator', 'worker']);
});

test.each(checked)(
  'the health check of $name is a command whose script can be read',
  ({ command }) => {
    expect(command).toEqual(['CMD', 'node', '-e', expect.any(String)]);
    expect(() => new Script(String(command[3]))).not.toThrow();
  },
);
