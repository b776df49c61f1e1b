import { failureOf } from '@trunkline/failures';
import { FairQueue } from './fair-queue';
import { derive as deriveByScrypt } from './stored-secret';

/** Of the four threads that libuv has, files and name look-ups need some, too. */
const MOST_RUNNING = 2;
/** Of one definition. At 0.3 s each, and two at once, the last of them is served after 5 s. */
const MOST_WAITING = 32;

/** For whom a secret is derived. */
export interface Derivee {
  /** The definition that the secret was shown to. */
  readonly definition: object;
  /** The network of the client. */
  readonly network: string;
  /** Aborts when no client waits for the outcome any more. */
  readonly signal?: AbortSignal;
}

interface Turn {
  readonly begin: () => void;
  readonly refuse: (reason: unknown) => void;
}

const UNKNOWN: Derivee = { definition: {}, network: '' };

/**
 * Runs scrypt off the event loop, two at once. Definitions take turns, and so do the networks of each definition: a client that shows
 * many wrong passwords delays its own network, and no other definition.
 */
export class Derivations {
  #running = 0;
  /** By definition, those first whose turn is next. */
  readonly #queues = new Map<object, FairQueue<Turn>>();

  /** @param derive - how long it takes is what this class is for */
  constructor(private readonly derive = deriveByScrypt) {}

  /**
   * @throws {BusError} 503 `OVERLOADED` when too many wait already
   * @throws the reason of the signal, when it aborts before the derivation has begun
   */
  async run(secret: string, salt: Buffer, derivee: Derivee = UNKNOWN): Promise<Buffer> {
    derivee.signal?.throwIfAborted();
    if (this.#running >= MOST_RUNNING) await this.#turn(derivee);
    else this.#running += 1;
    try {
      return await this.derive(secret, salt);
    } finally {
      const next = this.#next();
      if (next) next.begin();
      else this.#running -= 1;
    }
  }

  #turn({ definition, network, signal }: Derivee): Promise<void> {
    const queue = this.#queues.get(definition) ?? new FairQueue<Turn>(MOST_WAITING);
    this.#queues.set(definition, queue);
    return new Promise((resolve, reject) => {
      const turn: Turn = {
        begin: () => {
          signal?.removeEventListener('abort', leave);
          resolve();
        },
        refuse: reject,
      };
      const leave = () => {
        queue.remove(network, turn);
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', leave, { once: true });
      queue.add(network, turn)?.refuse(failureOf('OVERLOADED'));
    });
  }

  #next(): Turn | undefined {
    for (const [definition, queue] of this.#queues) {
      const turn = queue.take();
      this.#queues.delete(definition);
      if (queue.size > 0) this.#queues.set(definition, queue);
      if (turn) return turn;
    }
    return undefined;
  }
}
