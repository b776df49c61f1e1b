import { createSystems, type Systems } from './systems';

export interface StartUpstreamsOptions {
  /** `'fixed'` (default): 9101 to 9110, as the configuration of the example expects. `'ephemeral'`: free ports. */
  readonly ports?: 'fixed' | 'ephemeral';
  /** A name or an IPv4 address of this machine. Default `127.0.0.1`. */
  readonly host?: string;
}

/** The running systems. */
export interface Upstreams {
  readonly systems: Systems;
  /** Their addresses as environment variables of the example: `{ CRM_URL: 'http://127.0.0.1:9101', … }`. */
  environment(): Record<string, string>;
  /** Removes the faults of all systems, empties their logs and restores their initial data. */
  reset(): void;
  /** Stops listening and closes every connection, also those with requests in flight. May be called twice. */
  close(): Promise<void>;
}

/**
 * Starts all systems, each on its own port.
 *
 * @throws {Error} with port and system when one cannot listen; the others are closed again
 */
export async function startUpstreams({
  ports = 'fixed',
  host = '127.0.0.1',
}: StartUpstreamsOptions = {}): Promise<Upstreams> {
  const systems = createSystems();
  const all = Object.values(systems);
  const close = async () => {
    await Promise.all(all.map((system) => system.close()));
  };
  try {
    for (const system of all) await system.listen(host, ports === 'fixed' ? system.port : 0);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    systems,
    environment: () => Object.fromEntries(all.map(({ name, url }) => [`${name}_URL`, url])),
    reset: () => all.forEach((system) => system.reset()),
    close,
  };
}
