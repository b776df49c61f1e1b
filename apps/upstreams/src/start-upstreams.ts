import { createSystems, type Systems } from './systems';

export interface StartUpstreamsOptions {
  /** `'fixed'` (default): 9101 to 9110, as the example's configuration expects. `'ephemeral'`: any free ones. */
  readonly ports?: 'fixed' | 'ephemeral';
  /** A name or an IPv4 address of this machine, default `127.0.0.1`. */
  readonly host?: string;
}

/** The running systems. */
export interface Upstreams {
  readonly systems: Systems;
  /** Where they are, as the example's configuration reads it: `{ CRM_URL: 'http://127.0.0.1:9101', … }`. */
  environment(): Record<string, string>;
  /** Heals all systems, empties their logs and gives them back the data they had at the start. */
  reset(): void;
  /** Stops listening and cuts every connection, answered or not. May be called twice. */
  close(): Promise<void>;
}

/**
 * Starts all systems, each on its own port.
 *
 * @throws {Error} naming port and system when one cannot listen; the others are closed again
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
