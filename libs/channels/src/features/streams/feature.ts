import type { ChannelFeature } from '../../channel-feature';
import { listItemFormats } from '../../streams/item-formats';
import { streamOption, type StreamOptions } from './stream-options';

/** Limits the streams that services return: items of an async iterable, or bytes. They are sent in `../../streams/`. */
export const streams = {
  options: { stream: streamOption },
  describe: ({ options }) => {
    const formats = listItemFormats(options.produces);
    return formats.length === 0 ? {} : { notes: [NOTE] };
  },
} satisfies ChannelFeature<StreamOptions & { readonly produces: readonly string[] }>;

const NOTE =
  'The response is a stream of items that are sent as they are made: events with JSON as their data (`text/event-stream`), or a line of JSON each (`application/x-ndjson`). A failure after the first item is the last item of the stream: an event of the type `error`, or a line `{"error": …}`.';
