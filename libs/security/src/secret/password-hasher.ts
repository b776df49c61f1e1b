import { createFailure } from '@trunkline/failures';
import { FairQueue } from './fair-queue';
import { deriveByScrypt } from './stored-secret';

/** Of the four threads that libuv has, files and name look-ups need some, too. */
const MAX_RUNNING = 2;
/** Of one definition. At 0.3 s each, and two at once, the last of them is served after 5 s. */
const MAX_QUEUED = 32;

/** For whom a secret is derived. */
export interface HashRequester {
  /** The definition that the secret was shown to. */
  readonly definition: object;
  /** The network of the client. */
  readonly network: string;
  /** Aborts when no client waits for the outcome any more. */
  readonly signal?: AbortSignal;
}

interface QueuedHash {
  readonly start: () => void;
  readonly reject: (reason: unknown) => void;
}

const UNKNOWN_REQUESTER: HashRequester = { definition: {}, network: '' };

/**
 * Runs scrypt off the event loop, two at once. Definitions take turns, and so do the networks of each definition: a client that shows
 * many wrong passwords delays its own network, and no other definition.
 */
export class PasswordHasher {
  #running = 0;
  /** By definition, those first whose turn is next. */
  readonly #queues = new Map<object, FairQueue<QueuedHash>>();

  /** @param derive - how long it takes is what this class is for */
  constructor(private readonly derive = deriveByScrypt) {}

  /**
   * @throws {BusError} 503 `OVERLOADED` when too many wait already
   * @throws the reason of the signal, when it aborts before the derivation has begun
   */
  async hash(secret: string, salt: Buffer, derivee: HashRequester = UNKNOWN_REQUESTER): Promise<Buffer> {
    derivee.signal?.throwIfAborted();
    if (this.#running >= MAX_RUNNING) await this.#waitForTurn(derivee);
    else this.#running += 1;
    try {
      return await this.derive(secret, salt);
    } finally {
      const next = this.#dequeue();
      if (next) next.start();
      else this.#running -= 1;
    }
  }

  #waitForTurn({ definition, network, signal }: HashRequester): Promise<void> {
    const queue = this.#queues.get(definition) ?? new FairQueue<QueuedHash>(MAX_QUEUED);
    this.#queues.set(definition, queue);
    return new Promise((resolve, reject) => {
      const turn: QueuedHash = {
        start: () => {
          signal?.removeEventListener('abort', leave);
          resolve();
        },
        reject,
      };
      const leave = () => {
        queue.remove(network, turn);
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', leave, { once: true });
      queue.add(network, turn)?.reject(createFailure('OVERLOADED'));
    });
  }

  #dequeue(): QueuedHash | undefined {
    for (const [definition, queue] of this.#queues) {
      const turn = queue.take();
      this.#queues.delete(definition);
      if (queue.size > 0) this.#queues.set(definition, queue);
      if (turn) return turn;
    }
    return undefined;
  }
}
