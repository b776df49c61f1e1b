import { toJson } from '../http/serialize-response';
import type { ItemFormat } from './item-format';
import { ServerSentEvent, unwrapEvent } from './server-sent-event';

/** A client waits for the head before it reports that it is connected. */
const MAX_HEAD_DELAY_MS = 1_000;

/** Server-sent events. The last event of a stream that failed has the type `error`. */
export const eventStream: ItemFormat = {
  mediaType: 'text/event-stream',
  // Proxies based on nginx would collect small events otherwise.
  headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' },
  maxHeadDelayMs: MAX_HEAD_DELAY_MS,
  heartbeat: ':\n\n',
  isResumable: true,
  // JSON has no line breaks outside of strings, and escapes those in them: one line of data is enough.
  encodeItem: (item, service) => `${encodeFields(item)}data: ${toJson(unwrapEvent(item), service)}\n\n`,
  encodeFailure: (document) => `event: error\ndata: ${document}\n\n`,
};

function encodeFields(item: unknown): string {
  if (!(item instanceof ServerSentEvent)) return '';
  const { id, event, retry } = item;
  const fields = [
    ['id', id],
    ['event', event],
    ['retry', retry],
  ].filter(([, value]) => value !== undefined);
  return fields.map(([name, value]) => `${name}: ${value}\n`).join('');
}
