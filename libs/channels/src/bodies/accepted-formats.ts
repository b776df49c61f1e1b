import { type BusError, createFailure } from '@trunkline/failures';
import { createUnsupportedCodingFailure, isCoded, isReadableCoding, type RequestHead } from '@trunkline/http-server';
import { type BodyFormatName, findBodyFormat, getBodyFormat, isStreamedType } from './body-formats';
import { parseMediaType } from './media-type';

/** The formats of a channel, and what it tells clients that send others. */
export class AcceptedFormats {
  readonly #names: ReadonlySet<BodyFormatName>;
  readonly #accept: string;

  constructor(names: readonly BodyFormatName[]) {
    this.#names = new Set(names);
    this.#accept = names.flatMap((name) => getBodyFormat(name).mediaTypes).join(', ');
  }

  /**
   * Checks the media type of a body before it is read. A chunked body without a media type passes, as it may be empty.
   *
   * @throws {BusError} `UNSUPPORTED_MEDIA_TYPE`, also for a content coding that the bus does not decode
   */
  check({ transferCoding, contentLength, contentType, contentEncoding }: RequestHead, method: string): void {
    const isChunked = transferCoding !== undefined;
    if (!isChunked && !(Number(contentLength) > 0)) return;
    if (contentType !== undefined) this.find(contentType, method);
    else if (!isChunked) throw this.createMissingTypeFailure(method);
    if (!isReadableCoding(contentEncoding)) throw createUnsupportedCodingFailure();
    if (isCoded(contentEncoding) && isStreamedType(contentType))
      throw this.#createFailure('send this media type without Content-Encoding', method);
  }

  /**
   * Finds the format of a body.
   *
   * @throws {BusError} `UNSUPPORTED_MEDIA_TYPE` when the channel does not accept it
   */
  find(contentType: string, method: string): BodyFormatName {
    const name = findBodyFormat(parseMediaType(contentType));
    if (this.#names.has(name)) return name;
    throw this.#createFailure(`send ${this.#accept}; text in UTF-8`, method);
  }

  /** Creates the failure for a body without a media type, which is never guessed. */
  createMissingTypeFailure(method: string): BusError {
    return this.#createFailure(`a body needs a Content-Type: send ${this.#accept}`, method);
  }

  /** A 415 names the supported types in `Accept` (RFC 9110 §15.5.16), and for POST in `Accept-Post` (W3C Linked Data Platform §7.1). */
  #createFailure(detail: string, method: string): BusError {
    const headers = {
      accept: this.#accept,
      ...(method === 'POST' && { 'accept-post': this.#accept }),
    };
    return createFailure('UNSUPPORTED_MEDIA_TYPE', { detail, headers });
  }
}
