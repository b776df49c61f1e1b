import { createFailure } from '@trunkline/failures';
import type { Logger } from '@trunkline/telemetry';
import { type Clock, systemClock } from '@trunkline/time';
import { createLocalJWKSet, errors, type JWTVerifyGetKey } from 'jose';
import { fetchJson } from './fetch-json';
import { type UnusableKey, readKeySet } from './key-set';
import { ALGORITHMS, type JwtAlgorithm } from './verification-key';

type LocalKeySet = ReturnType<typeof createLocalJWKSet>;

const MAX_AGE_MS = 600_000;
/** A client that sends tokens with key ids which no key has does not make the bus fetch more often. */
const COOLDOWN_MS = 10_000;
const MAX_LOGGED_KEYS = 10;

/** What the keys are for, and where trouble with them is reported. Everything has a default. */
export interface RemoteKeySetOptions {
  /** Of the tokens that the keys are for. Default: all there are. */
  readonly algorithms?: readonly JwtAlgorithm[];
  /** Default: none. */
  readonly logger?: Logger;
}

/**
 * The public keys that an issuer publishes (RFC 7517), fetched when they are first needed, and again behind the requests that use
 * them once they are ten minutes old.
 *
 * An unknown key id has them fetched again, since keys are rotated, but at most every ten seconds. While the issuer is unavailable, the
 * keys that are known stay in use.
 */
export class RemoteKeySet {
  readonly #url: string;
  readonly #clock: Clock;
  readonly #algorithms: readonly JwtAlgorithm[];
  readonly #logger: Logger | undefined;
  #keys: LocalKeySet | undefined;
  #fetchedAtMs = 0;
  #requestedAtMs = Number.NEGATIVE_INFINITY;
  #fetching: Promise<void> | undefined;
  #isUnavailable = false;
  /** The bad keys that the log has been told of. */
  #reported = '';

  constructor(url: string, clock: Clock = systemClock, { algorithms = ALGORITHMS, logger }: RemoteKeySetOptions = {}) {
    this.#url = url;
    this.#clock = clock;
    this.#algorithms = algorithms;
    this.#logger = logger;
  }

  /** @throws {BusError} 503 when there are no keys and none can be had; an error of jose's when none of them fits the token */
  readonly getKey: JWTVerifyGetKey = async (header, token) => {
    if (!this.#keys) await this.#refresh();
    else if (this.#clock.nowMs() - this.#fetchedAtMs > MAX_AGE_MS) void this.#refresh();
    try {
      return await this.#getKnownKey(header, token);
    } catch (thrown) {
      if (!(thrown instanceof errors.JWKSNoMatchingKey)) throw thrown;
      await this.#refresh();
      return this.#getKnownKey(header, token);
    }
  };

  /** Fetches the keys once more, for a token that none of them has signed; `false` where they were fetched just now, or cannot be. */
  async renew(): Promise<boolean> {
    const before = this.#keys;
    await this.#refresh();
    return this.#keys !== before;
  }

  #getKnownKey(...[header, token]: Parameters<JWTVerifyGetKey>): ReturnType<LocalKeySet> {
    if (this.#keys) return this.#keys(header, token);
    throw createUnavailableFailure(undefined);
  }

  /** Rejects only while there are no keys at all. */
  #refresh(): Promise<void> {
    if (this.#fetching) return this.#fetching;
    const nowMs = this.#clock.nowMs();
    if (nowMs - this.#requestedAtMs < COOLDOWN_MS) return Promise.resolve();
    this.#requestedAtMs = nowMs;
    this.#fetching = this.#fetch().finally(() => (this.#fetching = undefined));
    return this.#fetching;
  }

  async #fetch(): Promise<void> {
    try {
      const { keys, unusable } = await readKeySet(await fetchJson(this.#url), this.#algorithms);
      this.#keys = createLocalJWKSet({ keys: [...keys] });
      this.#fetchedAtMs = this.#clock.nowMs();
      this.#isUnavailable = false;
      this.#reportUnusable(unusable);
    } catch (cause) {
      if (!this.#keys) throw createUnavailableFailure(cause);
      if (!this.#isUnavailable)
        this.#logger?.warn({ err: cause }, 'the key set cannot be refreshed; known keys stay in use');
      this.#isUnavailable = true;
    }
  }

  /** Once for the same bad keys, however often they are fetched. */
  #reportUnusable(bad: readonly UnusableKey[]): void {
    const text = JSON.stringify(bad);
    const isNew = text !== this.#reported;
    this.#reported = text;
    if (!isNew || bad.length === 0) return;
    const fields = { bad: bad.length, keys: bad.slice(0, MAX_LOGGED_KEYS) };
    this.#logger?.warn(fields, 'the key set has keys that cannot be used; tokens signed with them are rejected');
  }
}

function createUnavailableFailure(cause: unknown) {
  return createFailure('UPSTREAM_UNAVAILABLE', { retryAfter: COOLDOWN_MS / 1_000, cause });
}
