import type { IncomingMessage } from 'node:http';
import type { JsonSchema } from '@trunkline/service';
import type { MediaType } from './media-type';
import type { UploadLimits } from './multipart/upload-limits';

/** Limits of a body, the same for all formats. */
export interface BodyLimits {
  readonly maxDepth: number;
}

/** A format of request bodies, such as `form`. A format is a folder of `bodies/` and a line of `body-formats.ts`. */
export interface BodyFormat {
  /** The media types that clients should send, for `Accept`, `Accept-Post` and OpenAPI. */
  readonly mediaTypes: readonly string[];
  /** Whether a body of a media type has the format. */
  readonly matches: (mediaType: MediaType) => boolean;
  /**
   * How the body becomes input: its `members`; `text` members, which are converted as values of the query are; or `whole`, the input of a
   * request without path and query members, and else the payload alone.
   */
  readonly input: 'members' | 'text' | 'whole';
  /** Whether JSON can represent the body, so that a job can have it as its input. */
  readonly isStorable: boolean;
  /** Describes the body, from the schema of the input. */
  readonly describe: (input: JsonSchema) => JsonSchema;
  /** Loads the parser; called once, at the start of a bus with a channel that accepts the format. */
  readonly load?: () => Promise<BodyParser>;
  /** Instead of {@link load}: loads the reader of a format whose bodies are not kept in memory. */
  readonly loadStreamed?: () => Promise<StreamedBodyReader>;
}

/** What a body that was not kept in memory has become. */
export interface StreamedBody {
  readonly value: unknown;
  /** Releases what the value refers to, such as files; called once no service uses the value any more. */
  readonly release: () => Promise<void>;
}

/**
 * Reads a body with back-pressure and its own limits: to its end, or as a value that reads it later. It neither destroys the request nor leaves anything behind when it fails.
 *
 * @throws {BusError} `MALFORMED_BODY` or `CONTENT_TOO_LARGE`, without values of the body
 */
export type StreamedBodyReader = (
  source: IncomingMessage,
  contentType: string,
  limits: BodyLimits & { readonly bodyLimit: number; readonly uploads: UploadLimits },
) => Promise<StreamedBody>;

/**
 * Parses a complete body that is not empty.
 *
 * @throws {BusError} `MALFORMED_BODY`, without values of the body
 */
export type BodyParser = (body: Buffer, limits: BodyLimits) => unknown;
