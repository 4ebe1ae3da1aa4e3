import { isIP } from 'node:net';

/** Where this process listens. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** Whether a text is an IP address with a port: `127.0.0.1:9464`, `[::]:9464`. */
export function isAddress(text: string): boolean {
  const { host, port } = parseAddress(text);
  return isIP(host) !== 0 && Number.isInteger(port) && port >= 1 && port <= 65_535;
}

/** The parts of an address that {@link isAddress} knows to be one. */
export function parseAddress(text: string): ListenAddress {
  const [, v6, v4, port] = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text) ?? [];
  return { host: v6 ?? v4 ?? '', port: Number(port) };
}
