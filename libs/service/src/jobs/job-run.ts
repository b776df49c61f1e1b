import { createHash } from 'node:crypto';

/** The job that invoked a service: `this.request.job`. */
export interface JobFacts {
  readonly id: string;
  /** Number of the attempt, from 1. An attempt that ended with its process counts. */
  readonly attempt: number;
  readonly enqueuedAt: Date;
}

/** The parts of a job that services do not see, because they may return what they see. */
export interface JobRunOptions {
  /** Who may read the job. Default: only operators. */
  readonly owner?: string | undefined;
  /** Prefix of its idempotency keys. Default: its id. */
  readonly keyPrefix?: string | undefined;
}

/** The idempotency key of an effect on another system. */
export interface AcquiredIdempotencyKey {
  readonly key: string;
  /** Releases the key of a failed effect: the next equal effect is its retry and gets the same key. */
  readonly release: () => void;
}

/** Numbers of equal effects: the released ones, and the first unused one. */
interface SequenceNumbers {
  readonly free: number[];
  next: number;
}

/** One attempt of a job. It gives each effect the idempotency key that it had in earlier attempts. */
export class JobRun implements JobFacts {
  readonly id: string;
  readonly attempt: number;
  readonly enqueuedAt: Date;
  readonly #owner: string | undefined;
  readonly #keyPrefix: string;
  readonly #sequences = new Map<string, SequenceNumbers>();

  constructor({ id, attempt, enqueuedAt }: JobFacts, { owner, keyPrefix = id }: JobRunOptions = {}) {
    this.id = id;
    this.attempt = attempt;
    this.enqueuedAt = enqueuedAt;
    this.#owner = owner;
    this.#keyPrefix = keyPrefix;
  }

  /** Who may read the job; `undefined`: only operators. */
  get owner(): string | undefined {
    return this.#owner;
  }

  /**
   * Acquires the key of an effect. The key is the same in every attempt, in any order of effects, and differs between effects. Equal
   * effects are numbered, so that two equal orders of one job are two orders.
   *
   * @param content - everything that identifies the effect, and nothing that changes between attempts
   */
  acquireIdempotencyKey(content: readonly (string | Uint8Array)[]): AcquiredIdempotencyKey {
    const digest = hashContent(content);
    const numbers = this.#sequences.get(digest) ?? { free: [], next: 1 };
    this.#sequences.set(digest, numbers);
    const number = takeLowest(numbers);
    return {
      key: `${this.#keyPrefix}.${number === 1 ? digest : `${digest}.${number}`}`,
      release: () => numbers.free.push(number),
    };
  }
}

function takeLowest(numbers: SequenceNumbers): number {
  const lowest = Math.min(...numbers.free);
  if (lowest !== Infinity) {
    numbers.free.splice(numbers.free.indexOf(lowest), 1);
    return lowest;
  }
  numbers.next += 1;
  return numbers.next - 1;
}

/** Creates a digest of 128 bits. It includes the length of each part, so that different contents have different bytes. */
function hashContent(content: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of content) {
    const bytes = typeof part === 'string' ? Buffer.from(part) : part;
    hash.update(`${bytes.length}:`).update(bytes);
  }
  return hash.digest('base64url').slice(0, 22);
}
