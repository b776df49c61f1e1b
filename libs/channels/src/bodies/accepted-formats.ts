import { type BusError, createFailure } from '@trunkline/failures';
import { createUnsupportedCodingFailure, isCoded, isReadableCoding, type RequestHead } from '@trunkline/http-server';
import type { BodyFormat } from './body-format';
import { type ChannelFormats, findAcceptedFormat } from './body-formats';

/** The formats of a channel, and what it tells clients that send others. */
export class AcceptedFormats {
  readonly #accept: string;

  constructor(private readonly formats: ChannelFormats) {
    this.#accept = [...formats.values()].flatMap(({ mediaTypes }) => mediaTypes).join(', ');
  }

  /**
   * Checks the media type of a body before it is read. A chunked body without a media type passes, as it may be empty.
   *
   * @throws {BusError} `UNSUPPORTED_MEDIA_TYPE`, also for a content coding that the bus does not decode
   */
  check({ transferCoding, contentLength, contentType, contentEncoding }: RequestHead, method: string): void {
    const isChunked = transferCoding !== undefined;
    if (!isChunked && !(Number(contentLength) > 0)) return;
    const format = contentType === undefined ? undefined : this.find(contentType, method);
    if (!format && !isChunked) throw this.createMissingTypeFailure(method);
    if (!isReadableCoding(contentEncoding)) throw createUnsupportedCodingFailure();
    if (isCoded(contentEncoding) && format?.loadStreamed)
      throw this.#createFailure('send this media type without Content-Encoding', method);
  }

  /**
   * Finds the format of a body.
   *
   * @throws {BusError} `UNSUPPORTED_MEDIA_TYPE` when the channel does not accept it
   */
  find(contentType: string, method: string): BodyFormat {
    const format = findAcceptedFormat(this.formats, contentType);
    if (format) return format;
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
