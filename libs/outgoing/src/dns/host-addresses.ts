import type { LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { callbackify } from 'node:util';
import { type Clock, systemClock } from '@trunkline/time';

/** How long the outcome of a look-up stands, be it addresses or a failure. */
const KEEP_MS = 5_000;

/**
 * The addresses of the one host that a connection leads to. However many sockets wait for them, they are looked up once; when
 * that fails, the addresses known before go on to be used.
 */
export class HostAddresses {
  #known: readonly LookupAddress[] | undefined;
  #failure: unknown;
  #standsUntilMs = Number.NEGATIVE_INFINITY;
  #asking: Promise<void> | undefined;

  constructor(
    private readonly lookUp: (host: string) => Promise<readonly LookupAddress[]>,
    private readonly clock: Clock = systemClock,
  ) {}

  readonly #ofWithCallback = callbackify((host: string) => this.of(host));

  /** As `net.connect` wants it. */
  readonly lookup: LookupFunction = (host, { all }, done) =>
    this.#ofWithCallback(host, (failure, found) => {
      if (failure) return done(failure, []);
      if (all === true) return done(null, [...found]);
      const [first] = found;
      done(null, first?.address ?? '', first?.family);
    });

  /** @throws what the look-up failed with, where no address is known */
  async of(host: string): Promise<readonly LookupAddress[]> {
    if (this.clock.nowMs() >= this.#standsUntilMs) await (this.#asking ??= this.#ask(host));
    if (this.#known) return this.#known;
    throw this.#failure;
  }

  async #ask(host: string): Promise<void> {
    try {
      this.#known = await this.lookUp(host);
    } catch (thrown) {
      this.#failure = thrown;
    }
    this.#standsUntilMs = this.clock.nowMs() + KEEP_MS;
    this.#asking = undefined;
  }
}
