import { failureOf } from '@trunkline/failures';
import { type Clock, systemClock } from '@trunkline/time';
import { createLocalJWKSet, errors, type JWTVerifyGetKey } from 'jose';
import { z } from 'zod';

type LocalKeys = ReturnType<typeof createLocalJWKSet>;

const WITHIN_MS = 5_000;
const FRESH_FOR_MS = 600_000;
/** Whoever sends tokens with key ids that nobody has does not make the bus ask more often. */
const COOL_DOWN_MS = 10_000;
const LARGEST_BYTES = 524_288;

const keySet = z.object({ keys: z.array(z.looseObject({ kty: z.string() })) });

/**
 * The public keys that an issuer publishes (RFC 7517), fetched when they are needed and kept for ten minutes.
 *
 * An unknown key id has them fetched again, since keys are rotated, but at most every ten seconds. While the issuer cannot be
 * reached, the keys that are known go on being good.
 */
export class RemoteKeys {
  readonly #url: string;
  readonly #clock: Clock;
  #keys: LocalKeys | undefined;
  #keysFromMs = 0;
  #askedAtMs = Number.NEGATIVE_INFINITY;
  #fetching: Promise<void> | undefined;

  constructor(url: string, clock: Clock = systemClock) {
    this.#url = url;
    this.#clock = clock;
  }

  /** @throws {BusError} 503 when there are no keys and none can be had; an error of jose's when none of them fits the token */
  readonly keyFor: JWTVerifyGetKey = async (header, token) => {
    if (!this.#keys || this.#clock.nowMs() - this.#keysFromMs > FRESH_FOR_MS) await this.#refresh();
    try {
      return await this.#known(header, token);
    } catch (thrown) {
      if (!(thrown instanceof errors.JWKSNoMatchingKey)) throw thrown;
      await this.#refresh();
      return this.#known(header, token);
    }
  };

  #known(...[header, token]: Parameters<JWTVerifyGetKey>): ReturnType<LocalKeys> {
    if (this.#keys) return this.#keys(header, token);
    throw unavailable(undefined);
  }

  #refresh(): Promise<void> {
    if (this.#fetching) return this.#fetching;
    const nowMs = this.#clock.nowMs();
    if (nowMs - this.#askedAtMs < COOL_DOWN_MS) return Promise.resolve();
    this.#askedAtMs = nowMs;
    this.#fetching = this.#fetch().finally(() => (this.#fetching = undefined));
    return this.#fetching;
  }

  async #fetch(): Promise<void> {
    try {
      this.#keys = createLocalJWKSet(await publishedAt(this.#url));
      this.#keysFromMs = this.#clock.nowMs();
    } catch (cause) {
      if (!this.#keys) throw unavailable(cause);
    }
  }
}

function unavailable(cause: unknown) {
  return failureOf('UPSTREAM_UNAVAILABLE', { retryAfter: COOL_DOWN_MS / 1_000, cause });
}

/** Redirects are not followed: where keys come from is said by the configuration alone. */
async function publishedAt(url: string) {
  const signal = AbortSignal.timeout(WITHIN_MS);
  const response = await fetch(url, { redirect: 'error', signal, headers: { accept: 'application/json' } });
  if (!response.ok) throw new Error(`the issuer answered with ${response.status} in place of its keys`);
  const json: unknown = JSON.parse(await textOf(response));
  return keySet.parse(json);
}

async function textOf({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    if (bytes > LARGEST_BYTES) throw new Error(`the keys of the issuer are larger than ${LARGEST_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
