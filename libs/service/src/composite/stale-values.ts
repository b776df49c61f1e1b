import { deserialize, serialize } from 'node:v8';

/** Over all services. */
const DEFAULT_MAX_BYTES = 64 * 1_024 * 1_024;
/** What an entry takes beside its value: its key, and its places in maps. */
const ENTRY_OVERHEAD_BYTES = 512;
/** A walk over all entries, of which there may be 130 000, takes milliseconds. */
const MIN_SWEEP_INTERVAL_MS = 1_000;
/** Node's timers take no more than 24 days. */
const MAX_SWEEP_INTERVAL_MS = 3_600_000;

interface StaleEntry {
  readonly bytes: Buffer;
  readonly atMs: number;
  /** The longest `staleIfError` under which it was kept. */
  readonly keepMs: number;
}

/** Of what stale values are made in tests. */
export interface StaleValuesOptions {
  /** Default 64 MiB. */
  readonly maxBytes?: number;
  /** Milliseconds, monotonic. */
  readonly now?: () => number;
}

/**
 * The last good values of services, for composites that may serve them when the service fails (RFC 5861 §4). In the process; within
 * a number of bytes over all services, beyond which the oldest are dropped; and dropped when they are older than their
 * `staleIfError`.
 */
export class StaleValues {
  /** The oldest first. */
  readonly #values = new Map<string, StaleEntry>();
  readonly #maxBytes: number;
  readonly #now: () => number;
  #bytes = 0;
  #timer: NodeJS.Timeout | undefined;
  #nextSweepAtMs = Infinity;

  constructor({ maxBytes = DEFAULT_MAX_BYTES, now = () => performance.now() }: StaleValuesOptions = {}) {
    this.#maxBytes = maxBytes;
    this.#now = now;
  }

  /** What is kept now takes so many bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Keeps a copy in place of the one before, which is dropped even if this one cannot be copied or is too large. */
  set(key: string, value: unknown, keepMs: number): void {
    const before = this.#values.get(key);
    this.#drop(key);
    const bytes = serializeCopy(value);
    if (bytes === undefined || bytes.length + ENTRY_OVERHEAD_BYTES > this.#maxBytes) return;
    const atMs = this.#now();
    const kept = { bytes, atMs, keepMs: Math.max(keepMs, before?.keepMs ?? 0) };
    this.#values.set(key, kept);
    this.#bytes += bytes.length + ENTRY_OVERHEAD_BYTES;
    for (const oldest of this.#values.keys()) {
      if (this.#bytes <= this.#maxBytes) break;
      this.#drop(oldest);
    }
    this.#scheduleSweep(atMs + kept.keepMs);
  }

  /** A copy of the value, if it is no older than that. */
  find(key: string, noOlderThanMs: number): { readonly value: unknown } | undefined {
    const kept = this.#values.get(key);
    if (!kept || this.#now() - kept.atMs > noOlderThanMs) return undefined;
    // Node reads typed arrays as views of what it is given: the bytes that are kept stay as they are.
    return { value: deserialize(Uint8Array.prototype.slice.call(kept.bytes)) };
  }

  #drop(key: string): void {
    const kept = this.#values.get(key);
    if (!kept) return;
    this.#bytes -= kept.bytes.length + ENTRY_OVERHEAD_BYTES;
    this.#values.delete(key);
  }

  #scheduleSweep(atMs: number): void {
    if (atMs >= this.#nextSweepAtMs) return;
    clearTimeout(this.#timer);
    const nowMs = this.#now();
    const waitMs = Math.min(Math.max(atMs - nowMs, MIN_SWEEP_INTERVAL_MS), MAX_SWEEP_INTERVAL_MS);
    this.#nextSweepAtMs = nowMs + waitMs;
    this.#timer = setTimeout(() => this.#sweep(), waitMs).unref();
  }

  #sweep(): void {
    const nowMs = this.#now();
    let nextMs = Infinity;
    for (const [key, { atMs, keepMs }] of this.#values) {
      if (nowMs - atMs > keepMs) this.#drop(key);
      else nextMs = Math.min(nextMs, atMs + keepMs + 1);
    }
    this.#nextSweepAtMs = Infinity;
    if (nextMs < Infinity) this.#scheduleSweep(nextMs);
  }
}

/** Services own their values: what one of them changes must not change what another is given. */
function serializeCopy(value: unknown): Buffer | undefined {
  try {
    const written = serialize(value);
    // V8 writes into memory that is up to twice as large.
    const bytes = Buffer.allocUnsafeSlow(written.length);
    written.copy(bytes);
    return bytes;
  } catch {
    // A function or the like: it is served live only.
    return undefined;
  }
}
