import type { LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { callbackify } from 'node:util';
import { type Clock, systemClock } from '@trunkline/time';

/** How long the outcome of a lookup is cached, addresses or a failure. */
const CACHE_MS = 5_000;

/**
 * Caches the addresses of the host of a connection. There is one lookup at a time, however many sockets wait for it. When it fails, the
 * previous addresses stay in use.
 */
export class HostAddressCache {
  #addresses: readonly LookupAddress[] | undefined;
  #failure: unknown;
  #validUntilMs = Number.NEGATIVE_INFINITY;
  #pendingLookup: Promise<void> | undefined;

  constructor(
    private readonly resolveHost: (host: string) => Promise<readonly LookupAddress[]>,
    private readonly clock: Clock = systemClock,
  ) {}

  readonly #resolveWithCallback = callbackify((host: string) => this.resolve(host));

  /** The `lookup` option of `net.connect`. */
  readonly lookup: LookupFunction = (host, { all }, done) =>
    this.#resolveWithCallback(host, (failure, found) => {
      if (failure) return done(failure, []);
      if (all === true) return done(null, [...found]);
      const [first] = found;
      done(null, first?.address ?? '', first?.family);
    });

  /** @throws the failure of the lookup, where no address is cached */
  async resolve(host: string): Promise<readonly LookupAddress[]> {
    if (this.clock.nowMs() >= this.#validUntilMs) await (this.#pendingLookup ??= this.#refresh(host));
    if (this.#addresses) return this.#addresses;
    throw this.#failure;
  }

  async #refresh(host: string): Promise<void> {
    try {
      this.#addresses = await this.resolveHost(host);
    } catch (thrown) {
      this.#failure = thrown;
    }
    this.#validUntilMs = this.clock.nowMs() + CACHE_MS;
    this.#pendingLookup = undefined;
  }
}
