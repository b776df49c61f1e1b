import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { Deadline } from '@trunkline/time';
import { addressesOnThisMachine } from './hosts-file';
import { NameLookupError } from './name-lookup-error';
import { askNameServers } from './name-servers';

/** A look-up ends after this, so that a call of a name that hangs fails within 2 s. */
const LIMIT_MS = 1_500;
/** Answers that come at once, and that the system's own look-up may better: it knows search domains, mDNS and other sources. */
const TO_SYSTEM: ReadonlySet<string> = new Set(['ENOTFOUND', 'ENODATA', 'ECONNREFUSED']);

/**
 * Finds the addresses of a host: in the hosts file, of the name servers, and only where those have said that they do not know
 * it, as the system does. That waits in a thread, so there is one of it at a time.
 */
export class HostResolver {
  #ofSystem: Promise<readonly LookupAddress[]> | undefined;

  /** @param servers - name servers. Default: those of the machine */
  constructor(private readonly servers?: readonly string[]) {}

  /** @throws {NameLookupError} when there is none, or none was found out within 1.5 s */
  async addressesOf(host: string): Promise<readonly LookupAddress[]> {
    const deadline = Deadline.in(LIMIT_MS);
    const known = await addressesOnThisMachine(host);
    if (known.length > 0) return known;
    try {
      return await askNameServers(host, deadline.remainingMs(), this.servers);
    } catch (thrown) {
      if (!(thrown instanceof NameLookupError) || !TO_SYSTEM.has(thrown.code)) throw thrown;
      return this.#askSystem(host, deadline.remainingMs());
    }
  }

  #askSystem(host: string, limitMs: number): Promise<readonly LookupAddress[]> {
    this.#ofSystem ??= lookup(host, { all: true }).finally(() => {
      this.#ofSystem = undefined;
    });
    const found = this.#ofSystem;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new NameLookupError('EAI_AGAIN')), limitMs);
      found.then(resolve, () => reject(new NameLookupError('ENOTFOUND'))).finally(() => clearTimeout(timer));
    });
  }
}
