import type { IdempotencyClaim } from './idempotency-store';
import type { KeptAnswer } from './kept-answer';
import { Shares } from './shares';

/** A request that has been answered. */
export interface AnsweredRequest {
  readonly client: string;
  readonly fingerprint: string;
  readonly answer: KeptAnswer;
  /** What the answer takes; 0 where only its status is kept. */
  readonly bytes: number;
  readonly expiresAtMs: number;
}

/** The keys of a client's requests, the one answered longest ago first. */
interface ClientKeys {
  readonly whole: Set<string>;
  /** Those of which only the outcome is left. */
  readonly bare: Set<string>;
}

/** Counted for each answer besides its text: the objects that hold it. */
const OVERHEAD_BYTES = 512;

/**
 * Requests and their answers, within a number of bytes. What is over it goes from the client that has the most, its oldest answers
 * first: a client that fills the room loses its own. What is left of such a request is its fingerprint and its status, so that it is
 * known to have been carried out.
 */
export class AnsweredRequests {
  /** In the order in which they came to be there. */
  readonly #requests = new Map<string, AnsweredRequest>();
  readonly #keys = new Map<string, ClientKeys>();
  readonly #bytes = new Shares();
  readonly #counts = new Shares();

  constructor(private readonly mostBytes: number) {}

  get size(): number {
    return this.#requests.size;
  }

  find(key: string): AnsweredRequest | undefined {
    return this.#requests.get(key);
  }

  /** Keeps an answer under a key that is not there. */
  add({ key, client, fingerprint }: IdempotencyClaim, answer: KeptAnswer, expiresAtMs: number): void {
    const bytes = answer.isWhole ? countBytes(answer) : 0;
    this.#requests.set(key, { client, fingerprint, answer, bytes, expiresAtMs });
    const { whole, bare } = this.#keysOf(client);
    (answer.isWhole ? whole : bare).add(key);
    this.#counts.add(client, 1);
    this.#bytes.add(client, bytes);
    while (this.#bytes.total > this.mostBytes) this.#dropLargestShare();
  }

  delete(key: string): void {
    const request = this.#requests.get(key);
    if (!request) return;
    const { client, bytes } = request;
    const { whole, bare } = this.#keysOf(client);
    whole.delete(key);
    bare.delete(key);
    if (whole.size + bare.size === 0) this.#keys.delete(client);
    this.#requests.delete(key);
    this.#counts.add(client, -1);
    this.#bytes.add(client, -bytes);
  }

  /** Forgets the request answered longest ago of the client that has the most. */
  forgetOne(): void {
    const client = this.#counts.findLargest();
    if (client === undefined) return;
    const { whole, bare } = this.#keysOf(client);
    const key = firstOf(bare) ?? firstOf(whole);
    if (key !== undefined) this.delete(key);
  }

  /** From the oldest on, as far as they have expired: a request that is kept longer than others only holds up the tidying. */
  forgetExpired(nowMs: number): void {
    for (const [key, { expiresAtMs }] of this.#requests) {
      if (expiresAtMs > nowMs) return;
      this.delete(key);
    }
  }

  #dropLargestShare(): void {
    const client = this.#bytes.findLargest() ?? '';
    const { whole, bare } = this.#keysOf(client);
    const key = firstOf(whole) ?? '';
    const request = this.#requests.get(key);
    if (!request) return;
    const { answer, bytes } = request;
    // In its place: a Map keeps the order of keys that it has.
    const outcome = { status: answer.status, headers: {}, body: undefined, isWhole: false };
    this.#requests.set(key, { ...request, answer: outcome, bytes: 0 });
    whole.delete(key);
    bare.add(key);
    this.#bytes.add(client, -bytes);
  }

  #keysOf(client: string): ClientKeys {
    const known = this.#keys.get(client);
    if (known) return known;
    const keys = { whole: new Set<string>(), bare: new Set<string>() };
    this.#keys.set(client, keys);
    return keys;
  }
}

function firstOf(keys: ReadonlySet<string>): string | undefined {
  for (const key of keys) return key;
  return undefined;
}

function countBytes({ headers, body }: KeptAnswer): number {
  let bytes = OVERHEAD_BYTES + (body === undefined ? 0 : Buffer.byteLength(body));
  for (const name in headers) bytes += name.length + (headers[name]?.length ?? 0);
  return bytes;
}
