import { binary } from './binary/format';
import { binaryStream } from './binary/stream-format';
import type { BodyFormat } from './body-format';
import { form } from './form/format';
import { json } from './json/format';
import { type MediaType, parseMediaType } from './media-type';
import { ndjson } from './ndjson/format';
import { multipart } from './multipart/format';
import { text } from './text/format';
import { xml } from './xml/format';

/** The formats of request bodies by their names in `accepts`. A body has the first format that matches; `binary` takes what is left. */
const BODY_FORMATS = { json, form, multipart, ndjson, text, xml, binary } as const satisfies Readonly<
  Record<string, BodyFormat>
>;

/** Name of a format. */
export type BodyFormatName = keyof typeof BODY_FORMATS;

/** Names of all formats. */
export const BODY_FORMAT_NAMES = [
  'json',
  'form',
  'multipart',
  'ndjson',
  'text',
  'xml',
  'binary',
] as const satisfies readonly BodyFormatName[];

/** Whether a channel accepts JSON alone, which has a reader of its own. */
export function acceptsOnlyJson(names: readonly BodyFormatName[]): boolean {
  return names.every((name) => name === 'json');
}

/** The keys of a channel that decide what its bodies may be. */
export interface BodyOptions {
  readonly accepts: readonly BodyFormatName[];
  /** Whether the body of `binary` is kept in memory, or read by the service. Default: `buffer`. */
  readonly body?: 'buffer' | 'stream';
}

/** The formats of a channel by their names in `accepts`, in that order. */
export type ChannelFormats = ReadonlyMap<BodyFormatName, BodyFormat>;

/** Lists the formats of a channel. */
export function listChannelFormats({ accepts, body }: BodyOptions): ChannelFormats {
  return new Map(
    accepts.map((name) => [name, name === 'binary' && body === 'stream' ? binaryStream : BODY_FORMATS[name]]),
  );
}

/** Lists the formats of a channel whose bodies are not kept in memory. */
export function listStreamedFormats(options: BodyOptions): readonly BodyFormatName[] {
  return [...listChannelFormats(options)].flatMap(([name, { loadStreamed }]) => (loadStreamed ? [name] : []));
}

/** Finds the format that the body of a request has on a channel; `undefined` when the channel does not accept it. */
export function findAcceptedFormat(formats: ChannelFormats, contentType: string): BodyFormat | undefined {
  return formats.get(findBodyFormat(parseMediaType(contentType)));
}

function findBodyFormat(mediaType: MediaType): BodyFormatName {
  return BODY_FORMAT_NAMES.find((name) => BODY_FORMATS[name].matches(mediaType)) ?? 'binary';
}
