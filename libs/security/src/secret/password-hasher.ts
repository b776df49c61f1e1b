import { createFailure } from '@trunkline/failures';
import { FairQueue } from './fair-queue';
import { deriveByScrypt } from './stored-secret';

/** Concurrent hashes. Files and name look-ups need some of the four threads of libuv, too. */
const MAX_RUNNING = 2;
/** Queued hashes per definition, so that the wait stays in the range of seconds. */
const MAX_QUEUED = 32;

/** The origin of a hash, for fair queueing. */
export interface HashRequester {
  /** The definition that checks the secret. */
  readonly definition: object;
  /** The network of the client. */
  readonly network: string;
  /** Aborts when no client waits for the result. */
  readonly signal?: AbortSignal;
}

interface QueuedHash {
  readonly start: () => void;
  readonly reject: (reason: unknown) => void;
}

const UNKNOWN_REQUESTER: HashRequester = { definition: {}, network: '' };

/**
 * Runs scrypt off the event loop, two hashes at a time. Definitions are served in turn, and so are the networks of each definition: a
 * client that sends many wrong passwords delays its own network, and no other definition.
 */
export class PasswordHasher {
  #running = 0;
  /** Queues by definition, the next one first. */
  readonly #queues = new Map<object, FairQueue<QueuedHash>>();

  /** @param derive - the hash function. Default: scrypt */
  constructor(private readonly derive = deriveByScrypt) {}

  /**
   * Hashes a secret, or waits in the queue.
   *
   * @throws {BusError} 503 `OVERLOADED` when the queue is full
   * @throws the reason of the signal, when it aborts before the hash is started
   */
  async hash(secret: string, salt: Buffer, requester: HashRequester = UNKNOWN_REQUESTER): Promise<Buffer> {
    requester.signal?.throwIfAborted();
    if (this.#running >= MAX_RUNNING) await this.#waitForTurn(requester);
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
