import { toJson } from '../http/serialize-response';
import type { ItemFormat } from './item-format';
import { unwrapEvent } from './server-sent-event';

/** Newline-delimited JSON: an item per line. The last line of a stream that failed is `{"error":…}`. */
export const jsonLines: ItemFormat = {
  mediaType: 'application/x-ndjson',
  headers: { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store', 'x-accel-buffering': 'no' },
  maxHeadDelayMs: Infinity,
  isResumable: false,
  encodeItem: (item, service) => `${toJson(unwrapEvent(item), service)}\n`,
  encodeFailure: (document) => `{"error":${document}}\n`,
};
