import { createFailure } from '@trunkline/failures';
import type { Logger } from '@trunkline/telemetry';
import { type Clock, systemClock } from '@trunkline/time';
import { createLocalJWKSet, errors, type JWTVerifyGetKey } from 'jose';
import { type UnusableKey, readKeySet } from './key-set';
import { ALGORITHMS, type JwtAlgorithm } from './verification-key';

type LocalKeySet = ReturnType<typeof createLocalJWKSet>;

const MAX_AGE_MS = 600_000;
/** Minimum interval between fetches, so that tokens with unknown key ids do not cause more. */
const COOLDOWN_MS = 10_000;
const MAX_LOGGED_KEYS = 10;

/** Fetches the key set of an issuer (RFC 7517 §5). Rejects when it is unavailable. */
export type KeySetSource = () => Promise<unknown>;

/** Options of a remote key set. All of them have defaults. */
export interface RemoteKeySetOptions {
  /** Allowed algorithms of tokens. Default: all supported ones. */
  readonly algorithms?: readonly JwtAlgorithm[];
  /** Reports unusable keys and failed fetches. Default: none. */
  readonly logger?: Logger;
}

/**
 * The public keys of an issuer (RFC 7517). They are fetched when first needed, and refreshed in the background after ten minutes.
 *
 * An unknown key id triggers a fetch, since keys are rotated, but at most every ten seconds. While the issuer is unavailable, the known
 * keys stay in use.
 */
export class RemoteKeySet {
  readonly #fetchKeys: KeySetSource;
  readonly #clock: Clock;
  readonly #algorithms: readonly JwtAlgorithm[];
  readonly #logger: Logger | undefined;
  #keys: LocalKeySet | undefined;
  #fetchedAtMs = 0;
  #requestedAtMs = Number.NEGATIVE_INFINITY;
  #fetching: Promise<void> | undefined;
  #isUnavailable = false;
  /** The unusable keys that have been logged. */
  #reported = '';

  constructor(
    fetchKeys: KeySetSource,
    clock: Clock = systemClock,
    { algorithms = ALGORITHMS, logger }: RemoteKeySetOptions = {},
  ) {
    this.#fetchKeys = fetchKeys;
    this.#clock = clock;
    this.#algorithms = algorithms;
    this.#logger = logger;
  }

  /** Finds the key of a token. @throws {BusError} 503 when no keys could be fetched; an error of jose when no key matches */
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

  /** Fetches the keys again, for a token that no known key has signed; `false` within the minimum interval, and on failure. */
  async renew(): Promise<boolean> {
    const before = this.#keys;
    await this.#refresh();
    return this.#keys !== before;
  }

  #getKnownKey(...[header, token]: Parameters<JWTVerifyGetKey>): ReturnType<LocalKeySet> {
    if (this.#keys) return this.#keys(header, token);
    throw createUnavailableFailure(undefined);
  }

  /** Fetches the keys. Rejects only if there are no known keys. */
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
      const { keys, unusable } = await readKeySet(await this.#fetchKeys(), this.#algorithms);
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

  /** Logs unusable keys once, however often they are fetched. */
  #reportUnusable(unusable: readonly UnusableKey[]): void {
    const text = JSON.stringify(unusable);
    const isNew = text !== this.#reported;
    this.#reported = text;
    if (!isNew || unusable.length === 0) return;
    const fields = { bad: unusable.length, keys: unusable.slice(0, MAX_LOGGED_KEYS) };
    this.#logger?.warn(fields, 'the key set has keys that cannot be used; tokens signed with them are rejected');
  }
}

function createUnavailableFailure(cause: unknown) {
  return createFailure('UPSTREAM_UNAVAILABLE', { retryAfter: COOLDOWN_MS / 1_000, cause });
}
