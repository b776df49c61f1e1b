import { EventEmitter, once } from 'node:events';
import type { OrderCreated } from './services/order-created.service';

/** Orders that a client can catch up on. */
const MAX_RECENT = 100;

/** A new order and its position in the feed. */
interface FeedEntry {
  readonly position: number;
  readonly order: OrderCreated;
}

/** The new orders of this process, for everybody who follows them. A slow reader skips what is no longer among the recent ones. */
class OrderFeed {
  readonly #added = new EventEmitter().setMaxListeners(0);
  readonly #recent: FeedEntry[] = [];
  #lastPosition = 0;

  add(order: OrderCreated): void {
    this.#lastPosition += 1;
    this.#recent.push({ position: this.#lastPosition, order });
    if (this.#recent.length > MAX_RECENT) this.#recent.shift();
    this.#added.emit('order');
  }

  /**
   * The orders after a position, and then each new one.
   *
   * @param after - default: only new orders
   * @param signal - ends the wait for new orders
   */
  async *follow(after: number | undefined, signal: AbortSignal): AsyncGenerator<FeedEntry> {
    let position = after ?? this.#lastPosition;
    for (;;) {
      const news = this.#recent.filter((entry) => entry.position > position);
      for (const entry of news) {
        yield entry;
        ({ position } = entry);
      }
      if (news.length === 0) await once(this.#added, 'order', { signal });
    }
  }
}

/** The feed of this process. */
export const orderFeed = new OrderFeed();
