import type { IdempotencyClaim } from './idempotency-store';
import type { StoredResponse } from './stored-response';
import { ClientUsage } from './client-usage';

/** A completed request. */
export interface CompletedRequest {
  readonly client: string;
  readonly fingerprint: string;
  readonly response: StoredResponse;
  /** Memory of the response; 0 if only its status is stored. */
  readonly bytes: number;
  readonly expiresAtMs: number;
}

/** The keys of a client's requests, the oldest first. */
interface ClientKeys {
  readonly complete: Set<string>;
  /** Keys of requests without a response body. */
  readonly outcomeOnly: Set<string>;
}

/** Memory of a response besides its text. */
const OVERHEAD_BYTES = 512;

/**
 * Completed requests and their responses, within a byte limit. Beyond it, the oldest responses of the client with the most are dropped, so
 * that a client cannot displace the responses of others. The fingerprint and status of such a request remain, so that it is not processed
 * again.
 */
export class CompletedRequests {
  /** Ordered by completion. */
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

  /** Adds a response for a new key. */
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

  /** Removes the oldest request of the client with the most. */
  evictOne(): void {
    const client = this.#counts.findLargest();
    if (client === undefined) return;
    const { complete, outcomeOnly } = this.#getKeys(client);
    const key = getFirst(outcomeOnly) ?? getFirst(complete);
    if (key !== undefined) this.delete(key);
  }

  /** Removes expired requests from the oldest on, up to the first that has not expired. A longer retention only delays the removal. */
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
    // A Map keeps the position of an existing key.
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
