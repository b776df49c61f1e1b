import { deserialize, serialize } from 'node:v8';

/** The total of all entries. */
const DEFAULT_MAX_BYTES = 64 * 1_024 * 1_024;
/** Memory of an entry besides its value: its key, and its slots in maps. */
const ENTRY_OVERHEAD_BYTES = 512;
/** A sweep visits every entry, up to 130 000, which takes milliseconds. */
const MIN_SWEEP_INTERVAL_MS = 1_000;
/** Node's timers accept at most 24 days. */
const MAX_SWEEP_INTERVAL_MS = 3_600_000;

interface StaleEntry {
  readonly bytes: Buffer;
  readonly storedAtMs: number;
  /** The longest `staleIfError` it was stored with. */
  readonly ttlMs: number;
}

/** Options of {@link StaleValues}, for tests. */
export interface StaleValuesOptions {
  /** Default 64 MiB. */
  readonly maxBytes?: number;
  /** Milliseconds, monotonic. */
  readonly now?: () => number;
}

/**
 * The last good values of services, in memory, for composites that may use them when the service fails (RFC 5861 §4).
 *
 * All entries share one byte budget; when it is exceeded, the oldest are dropped. An entry is dropped, too, once it is older than its
 * `staleIfError`.
 */
export class StaleValues {
  /** Oldest first. */
  readonly #entries = new Map<string, StaleEntry>();
  readonly #maxBytes: number;
  readonly #now: () => number;
  #bytes = 0;
  #timer: NodeJS.Timeout | undefined;
  #nextSweepAtMs = Infinity;

  constructor({ maxBytes = DEFAULT_MAX_BYTES, now = () => performance.now() }: StaleValuesOptions = {}) {
    this.#maxBytes = maxBytes;
    this.#now = now;
  }

  /** Memory of all entries. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Stores a copy of a value. The previous value is dropped even if the new one cannot be copied or is too large. */
  set(key: string, value: unknown, ttlMs: number): void {
    const previous = this.#entries.get(key);
    this.#drop(key);
    const bytes = trySerialize(value);
    if (bytes === undefined || bytes.length + ENTRY_OVERHEAD_BYTES > this.#maxBytes) return;
    const storedAtMs = this.#now();
    const entry = { bytes, storedAtMs, ttlMs: Math.max(ttlMs, previous?.ttlMs ?? 0) };
    this.#entries.set(key, entry);
    this.#bytes += bytes.length + ENTRY_OVERHEAD_BYTES;
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.#maxBytes) break;
      this.#drop(oldest);
    }
    this.#scheduleSweep(storedAtMs + entry.ttlMs);
  }

  /** Returns a copy of a value that is at most `maxAgeMs` old. */
  find(key: string, maxAgeMs: number): { readonly value: unknown } | undefined {
    const entry = this.#entries.get(key);
    if (!entry || this.#now() - entry.storedAtMs > maxAgeMs) return undefined;
    // Node deserializes typed arrays as views of its input: the copy protects the stored bytes.
    return { value: deserialize(Uint8Array.prototype.slice.call(entry.bytes)) };
  }

  #drop(key: string): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    this.#bytes -= entry.bytes.length + ENTRY_OVERHEAD_BYTES;
    this.#entries.delete(key);
  }

  #scheduleSweep(atMs: number): void {
    if (atMs >= this.#nextSweepAtMs) return;
    clearTimeout(this.#timer);
    const nowMs = this.#now();
    const delayMs = Math.min(Math.max(atMs - nowMs, MIN_SWEEP_INTERVAL_MS), MAX_SWEEP_INTERVAL_MS);
    this.#nextSweepAtMs = nowMs + delayMs;
    this.#timer = setTimeout(() => this.#sweep(), delayMs).unref();
  }

  #sweep(): void {
    const nowMs = this.#now();
    let nextMs = Infinity;
    for (const [key, { storedAtMs, ttlMs }] of this.#entries) {
      if (nowMs - storedAtMs > ttlMs) this.#drop(key);
      else nextMs = Math.min(nextMs, storedAtMs + ttlMs + 1);
    }
    this.#nextSweepAtMs = Infinity;
    if (nextMs < Infinity) this.#scheduleSweep(nextMs);
  }
}

/** Each reader gets its own copy: services may change the values they receive. */
function trySerialize(value: unknown): Buffer | undefined {
  try {
    const serialized = serialize(value);
    // V8 serializes into memory that is up to twice as large.
    const bytes = Buffer.allocUnsafeSlow(serialized.length);
    serialized.copy(bytes);
    return bytes;
  } catch {
    // A function, for example: the value cannot be served stale.
    return undefined;
  }
}
