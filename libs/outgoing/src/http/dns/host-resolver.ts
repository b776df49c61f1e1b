import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { Deadline } from '@trunkline/time';
import { findLocalAddresses } from './hosts-file';
import { NameLookupError } from './name-lookup-error';
import { queryNameServers } from './name-servers';

/** Time limit of a lookup, so that a call fails within 2 s if the lookup hangs. */
const TIMEOUT_MS = 1_500;
/** Immediate failures after which the operating system is asked: it knows search domains, mDNS and other sources. */
const SYSTEM_FALLBACK_CODES: ReadonlySet<string> = new Set(['ENOTFOUND', 'ENODATA', 'ECONNREFUSED']);

/**
 * Finds the addresses of a host in the hosts file, then by the name servers, and, where these do not know the host, by the operating
 * system. The last one blocks a thread, so that there is one such lookup at a time.
 */
export class HostResolver {
  #systemLookup: Promise<readonly LookupAddress[]> | undefined;

  /** @param servers - name servers. Default: those of the machine */
  constructor(private readonly servers?: readonly string[]) {}

  /** @throws {NameLookupError} when there is no address, or no response within 1.5 s */
  async resolve(host: string): Promise<readonly LookupAddress[]> {
    const deadline = Deadline.in(TIMEOUT_MS);
    const known = await findLocalAddresses(host);
    if (known.length > 0) return known;
    try {
      return await queryNameServers(host, deadline.remainingMs(), this.servers);
    } catch (thrown) {
      if (!(thrown instanceof NameLookupError) || !SYSTEM_FALLBACK_CODES.has(thrown.code)) throw thrown;
      return this.#queryOperatingSystem(host, deadline.remainingMs());
    }
  }

  #queryOperatingSystem(host: string, limitMs: number): Promise<readonly LookupAddress[]> {
    this.#systemLookup ??= lookup(host, { all: true }).finally(() => {
      this.#systemLookup = undefined;
    });
    const found = this.#systemLookup;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new NameLookupError('EAI_AGAIN')), limitMs);
      found.then(resolve, () => reject(new NameLookupError('ENOTFOUND'))).finally(() => clearTimeout(timer));
    });
  }
}
