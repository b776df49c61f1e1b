import type { LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
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

  /** As `net.connect` wants it. */
  readonly lookup: LookupFunction = (host, { all }, done) => {
    this.of(host).then(
      (found) => {
        const [first] = found;
        if (all === true) done(null, [...found]);
        else done(null, first?.address ?? '', first?.family);
      },
      (failure: Error) => done(failure, []),
    );
  };

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
