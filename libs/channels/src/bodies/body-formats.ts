import { binary } from './binary/format';
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

/** Whether the body of a request is not kept in memory. */
export function isStreamedType(contentType: string | undefined): boolean {
  if (contentType === undefined) return false;
  return getBodyFormat(findBodyFormat(parseMediaType(contentType))).loadStreamed !== undefined;
}

/** Returns a format by its name. */
export function getBodyFormat(name: BodyFormatName): BodyFormat {
  return BODY_FORMATS[name];
}

/** Finds the format of a media type. */
export function findBodyFormat(mediaType: MediaType): BodyFormatName {
  return BODY_FORMAT_NAMES.find((name) => BODY_FORMATS[name].matches(mediaType)) ?? 'binary';
}
