import { AsyncResource } from 'node:async_hooks';
import { Readable } from 'node:stream';

/** Whether a payload is a series of items that are made one after another: an async iterable, but no stream of bytes. */
export function isItemStream(payload: unknown): payload is AsyncIterable<unknown> {
  if (typeof payload !== 'object' || payload === null || !(Symbol.asyncIterator in payload)) return false;
  return !(payload instanceof Readable) && !(payload instanceof ReadableStream);
}

/** Converts each item. A consumer that stops makes the items return. */
export async function* mapItems(items: AsyncIterable<unknown>, convert: (item: unknown) => unknown): AsyncGenerator {
  for await (const item of items) yield await convert(item);
}

/** Runs `afterwards` once the items have ended, failed, or are no longer consumed. Items that nobody consumes never end. */
export async function* runAfterItems(items: AsyncIterable<unknown>, afterwards: () => void): AsyncGenerator {
  try {
    yield* items;
  } finally {
    afterwards();
  }
}

/** Makes the items in the asynchronous context of this call, in which their service was called, wherever they are consumed. */
export function bindItems(items: AsyncIterable<unknown>): AsyncIterable<unknown> {
  const run = AsyncResource.bind((step: () => Promise<IteratorResult<unknown>>) => step());
  return {
    [Symbol.asyncIterator]: () => {
      const iterator = items[Symbol.asyncIterator]();
      return {
        next: () => run(() => iterator.next()),
        return: (value?: unknown) =>
          run(() => iterator.return?.(value) ?? Promise.resolve({ done: true as const, value })),
      };
    },
  };
}
