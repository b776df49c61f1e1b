import { createHash } from 'node:crypto';

/** What a service is told of the job it runs for: `this.request.job`. */
export interface JobFacts {
  readonly id: string;
  /** 1 for the first. An attempt that ended with its process counts. */
  readonly attempt: number;
  readonly enqueuedAt: Date;
}

/** What a job has that is not for services, which may answer with what they know of a job. */
export interface JobRunOptions {
  /** Who may ask for the job. Default: operators alone. */
  readonly owner?: string | undefined;
  /** What the keys of its effects begin with. Default: its id. */
  readonly keyPrefix?: string | undefined;
}

/** The key of an effect on another system. */
export interface AcquiredIdempotencyKey {
  readonly key: string;
  /** The effect failed: the next equal one is a retry of it, and gets the same key. */
  readonly release: () => void;
}

/** Numbers of equal effects: those that were given back, and the first that was never taken. */
interface SequenceNumbers {
  readonly free: number[];
  next: number;
}

/** One attempt of a job, for all that it calls: gives an effect the key that it had in earlier attempts. */
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

  /** Who may ask for the job; `undefined`: operators alone. */
  get owner(): string | undefined {
    return this.#owner;
  }

  /**
   * Takes the key of an effect: the same in every attempt, in whichever order effects come; different for different effects. Equal
   * effects are numbered, so that two equal orders of one job are two orders.
   *
   * @param content - all that makes the effect what it is, and nothing that changes from attempt to attempt
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

/** The length of each part is in it, so that no two contents have the same bytes. 128 bits. */
function hashContent(content: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of content) {
    const bytes = typeof part === 'string' ? Buffer.from(part) : part;
    hash.update(`${bytes.length}:`).update(bytes);
  }
  return hash.digest('base64url').slice(0, 22);
}
