import { createFailure, InternalError } from '@trunkline/failures';
import { choosePreferred } from '@trunkline/http-server';
import { eventStream } from './event-stream';
import type { ItemFormat } from './item-format';
import { jsonLines } from './json-lines';

/** The formats in which a service can respond with a stream of items. */
const ITEM_FORMATS: readonly ItemFormat[] = [eventStream, jsonLines];

/** Lists the formats of streams of items among the media types that a channel produces, in its order. */
export function listItemFormats(mediaTypes: readonly string[]): readonly ItemFormat[] {
  return mediaTypes.flatMap((produced) => ITEM_FORMATS.find(({ mediaType }) => mediaType === produced) ?? []);
}

/**
 * Chooses the format that the client prefers.
 *
 * @param accept - `undefined` accepts everything
 * @throws {InternalError} if the channel has none
 * @throws a 406 if the client accepts none of them
 */
export function chooseItemFormat(formats: readonly ItemFormat[], accept: string | undefined): ItemFormat {
  if (formats.length === 0) throw new InternalError(NO_FORMAT);
  const acceptable = formats.map(({ mediaType }) => mediaType);
  const preferred = choosePreferred(accept, acceptable);
  const format = formats.find(({ mediaType }) => mediaType === preferred);
  if (!format) throw createFailure('NOT_ACCEPTABLE', { data: { acceptable } });
  return format;
}

const NO_FORMAT =
  'a service returned an async iterable: `produces` of its channel must list text/event-stream or application/x-ndjson';
