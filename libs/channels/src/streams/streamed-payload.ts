import { pipeline, Readable } from 'node:stream';
import { StreamableFile } from '@nestjs/common';
import { isItemStream } from '@trunkline/service';
import { LengthGuard } from './length-guard';

/** A payload that is sent while it is made: items, or bytes with the headers that describe them. */
export type StreamedPayload =
  | { readonly items: AsyncIterable<unknown> }
  | { readonly bytes: Readable; readonly headers: Readonly<Record<string, string>> };

/**
 * Finds out whether a payload is a stream: an async iterable, a `Readable` or web `ReadableStream` of bytes, or a `StreamableFile` of Nest.
 *
 * @param hasItemFormat - whether the channel can send items: then a `Readable` in object mode has items, otherwise chunks of text
 * @returns `undefined` for a payload that is no stream
 */
export function findStreamedPayload(payload: unknown, hasItemFormat: boolean): StreamedPayload | undefined {
  if (typeof payload !== 'object' || payload === null) return undefined;
  if (payload instanceof StreamableFile) return describeFile(payload);
  if (!(Symbol.asyncIterator in payload)) return undefined;
  if (payload instanceof Readable)
    return payload.readableObjectMode && hasItemFormat ? { items: payload } : { bytes: payload, headers: {} };
  if (payload instanceof ReadableStream) return { bytes: Readable.fromWeb(payload), headers: {} };
  return isItemStream(payload) ? { items: payload } : undefined;
}

function describeFile(file: StreamableFile): StreamedPayload {
  const { type, disposition, length } = file.getHeaders();
  const headers: Record<string, string> = { 'content-type': type };
  if (disposition !== undefined) headers['content-disposition'] = String(disposition);
  if (length === undefined) return { bytes: file.getStream(), headers };
  headers['content-length'] = String(length);
  const bytes = new LengthGuard(length);
  // A failure of either side destroys the other one.
  pipeline(file.getStream(), bytes, () => undefined);
  return { bytes, headers };
}
