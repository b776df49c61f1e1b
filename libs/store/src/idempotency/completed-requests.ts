import type { IdempotencyClaim } from './idempotency-store';
import type { StoredResponse } from './stored-response';
import { ClientUsage } from './client-usage';

/** A request that has been answered. */
export interface CompletedRequest {
  readonly client: string;
  readonly fingerprint: string;
  readonly response: StoredResponse;
  /** What the answer takes; 0 where only its status is kept. */
  readonly bytes: number;
  readonly expiresAtMs: number;
}

/** The keys of a client's requests, the one answered longest ago first. */
interface ClientKeys {
  readonly complete: Set<string>;
  /** Those of which only the outcome is left. */
  readonly outcomeOnly: Set<string>;
}

/** Counted for each answer besides its text: the objects that hold it. */
const OVERHEAD_BYTES = 512;

/**
 * Requests and their answers, within a number of bytes. What is over it goes from the client that has the most, its oldest answers
 * first: a client that fills the room loses its own. What is left of such a request is its fingerprint and its status, so that it is
 * known to have been carried out.
 */
export class CompletedRequests {
  /** In the order in which they came to be there. */
  readonly #requests = new Map<string, CompletedRequest>();
  readonly #keys = new Map<string, ClientKeys>();
  readonly #bytes = new ClientUsage();
  readonly #counts = new ClientUsage();

  constructor(private readonly maxBytes: number) {}

  get size(): number {
    return this.#requests.size;
  }

  find(key: string): CompletedRequest | undefined {
    return this.#requests.get(key);
  }

  /** Keeps an answer under a key that is not there. */
  add({ key, client, fingerprint }: IdempotencyClaim, response: StoredResponse, expiresAtMs: number): void {
    const bytes = response.isComplete ? countBytes(response) : 0;
    this.#requests.set(key, { client, fingerprint, response, bytes, expiresAtMs });
    const { complete, outcomeOnly } = this.#getKeys(client);
    (response.isComplete ? complete : outcomeOnly).add(key);
    this.#counts.add(client, 1);
    this.#bytes.add(client, bytes);
    while (this.#bytes.total > this.maxBytes) this.#evictOldestResponse();
  }

  delete(key: string): void {
    const request = this.#requests.get(key);
    if (!request) return;
    const { client, bytes } = request;
    const { complete, outcomeOnly } = this.#getKeys(client);
    complete.delete(key);
    outcomeOnly.delete(key);
    if (complete.size + outcomeOnly.size === 0) this.#keys.delete(client);
    this.#requests.delete(key);
    this.#counts.add(client, -1);
    this.#bytes.add(client, -bytes);
  }

  /** Forgets the request answered longest ago of the client that has the most. */
  evictOne(): void {
    const client = this.#counts.findLargest();
    if (client === undefined) return;
    const { complete, outcomeOnly } = this.#getKeys(client);
    const key = getFirst(outcomeOnly) ?? getFirst(complete);
    if (key !== undefined) this.delete(key);
  }

  /** From the oldest on, as far as they have expired: a request that is kept longer than others only holds up the tidying. */
  removeExpired(nowMs: number): void {
    for (const [key, { expiresAtMs }] of this.#requests) {
      if (expiresAtMs > nowMs) return;
      this.delete(key);
    }
  }

  #evictOldestResponse(): void {
    const client = this.#bytes.findLargest() ?? '';
    const { complete, outcomeOnly } = this.#getKeys(client);
    const key = getFirst(complete) ?? '';
    const request = this.#requests.get(key);
    if (!request) return;
    const { response, bytes } = request;
    // In its place: a Map keeps the order of keys that it has.
    const outcome = { status: response.status, headers: {}, body: undefined, isComplete: false };
    this.#requests.set(key, { ...request, response: outcome, bytes: 0 });
    complete.delete(key);
    outcomeOnly.add(key);
    this.#bytes.add(client, -bytes);
  }

  #getKeys(client: string): ClientKeys {
    const known = this.#keys.get(client);
    if (known) return known;
    const keys = { complete: new Set<string>(), outcomeOnly: new Set<string>() };
    this.#keys.set(client, keys);
    return keys;
  }
}

function getFirst(keys: ReadonlySet<string>): string | undefined {
  for (const key of keys) return key;
  return undefined;
}

function countBytes({ headers, body }: StoredResponse): number {
  let bytes = OVERHEAD_BYTES + (body === undefined ? 0 : Buffer.byteLength(body));
  for (const name in headers) bytes += name.length + (headers[name]?.length ?? 0);
  return bytes;
}
