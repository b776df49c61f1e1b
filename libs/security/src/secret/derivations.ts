import { failureOf } from '@trunkline/failures';
import { derive as deriveByScrypt } from './stored-secret';

/** Of the four threads that libuv has, files and name look-ups need some, too. */
const MOST_RUNNING = 2;
/** At 0.3 s each, and two at once, nobody waits for longer than 5 s. */
const MOST_WAITING = 32;

/** Runs scrypt off the loop, a few at once, and refuses what would have to wait for too long. */
export class Derivations {
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  /** @param derive - how long it takes is what this class is for */
  constructor(private readonly derive = deriveByScrypt) {}

  /** @throws {BusError} 503 `OVERLOADED` when too many wait already */
  async run(secret: string, salt: Buffer): Promise<Buffer> {
    if (this.#running >= MOST_RUNNING) await this.#turn();
    else this.#running += 1;
    try {
      return await this.derive(secret, salt);
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running -= 1;
    }
  }

  #turn(): Promise<void> {
    if (this.#waiting.length >= MOST_WAITING) throw failureOf('OVERLOADED');
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}
