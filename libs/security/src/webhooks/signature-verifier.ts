import { createHmac, timingSafeEqual } from 'node:crypto';
import { BusError, getCatalogueEntry } from '@trunkline/failures';
import type { WebhookDelivery } from './delivery';
import type { SignedMessage, TimestampTolerance, WebhookProtocol } from './webhook-scheme';

const UNIX_TIME = /^\d{1,13}$/;
/** Some senders write milliseconds. As seconds, it would be the year 5138. */
const LEAST_MILLISECONDS = 100_000_000_000;

/** What a verifier works with. */
export interface SignatureVerifierOptions {
  readonly protocol: WebhookProtocol;
  /** Keys of all accepted secrets, at least one: several during a rotation. */
  readonly keys: readonly Buffer[];
  /** Epoch milliseconds. Default: the system's. */
  readonly nowMs?: () => number;
}

/** Verifies the signatures of the deliveries of one channel, in constant time, over the bytes as they were sent. */
export class SignatureVerifier {
  readonly #nowMs: () => number;

  constructor(private readonly options: SignatureVerifierOptions) {
    this.#nowMs = options.nowMs ?? Date.now;
  }

  /**
   * Verifies all messages of a delivery.
   *
   * @returns the key that they are signed with
   * @throws {BusError} `WEBHOOK_SIGNATURE_INVALID`: a signature is missing, wrong or stale. Its message has the reason, which the client
   * does not receive
   */
  verify(delivery: WebhookDelivery): Buffer {
    const messages = this.options.protocol.read(delivery);
    if ('reason' in messages) throw createSignatureFailure(messages.reason);
    let key: Buffer | undefined;
    for (const message of messages) {
      this.#checkTimestamp(message);
      key = this.options.keys.find((candidate) => this.#isSignedWith(candidate, message));
      if (!key) throw createSignatureFailure('the signature matches no secret');
    }
    if (!key) throw createSignatureFailure('the delivery has nothing that is signed');
    return key;
  }

  #checkTimestamp({ timestamp }: SignedMessage): void {
    const { tolerance } = this.options.protocol;
    if (!tolerance) return;
    if (timestamp === undefined || !UNIX_TIME.test(timestamp))
      throw createSignatureFailure('the timestamp is missing or is not a Unix time');
    const ageMs = this.#nowMs() - toEpochMs(timestamp);
    if (isStale(ageMs, tolerance))
      throw createSignatureFailure(`the timestamp differs from the time of the bus by ${Math.round(ageMs / 1_000)} s`);
  }

  /** Compares all signatures with all contents, so that the time does not depend on which one matches. */
  #isSignedWith(key: Buffer, { signatures, contents, mac = this.options.protocol.mac }: SignedMessage): boolean {
    const expected =
      mac === 'secret'
        ? [key]
        : contents.map((parts) => {
            const hmac = createHmac(mac.algorithm, key);
            for (const part of parts) hmac.update(part);
            return Buffer.from(hmac.digest(mac.encoding));
          });
    const isHex = mac !== 'secret' && mac.encoding === 'hex';
    let isMatch = false;
    for (const signature of signatures) {
      const sent = Buffer.from(isHex ? signature.toLowerCase() : signature);
      for (const each of expected) if (isEqual(sent, each)) isMatch = true;
    }
    return isMatch;
  }
}

/** Converts a Unix time in seconds or milliseconds. */
function toEpochMs(timestamp: string): number {
  const value = Number(timestamp);
  return value < LEAST_MILLISECONDS ? value * 1_000 : value;
}

function isStale(ageMs: number, { ms, allowsFuture }: TimestampTolerance): boolean {
  return ageMs > ms || (!allowsFuture && ageMs < -ms);
}

/** The length of a signature is no secret. */
function isEqual(sent: Buffer, expected: Buffer): boolean {
  return sent.length === expected.length && timingSafeEqual(sent, expected);
}

/**
 * Creates the failure of a delivery.
 *
 * @param reason - for the log. A client that learned it could find out which check it passes
 */
export function createSignatureFailure(reason: string): BusError {
  const code = 'WEBHOOK_SIGNATURE_INVALID';
  // RFC 9110 §15.5.2 requires a challenge.
  const headers = { 'www-authenticate': 'Signature' };
  return new BusError(reason, { code, title: getCatalogueEntry(code).title, headers });
}
