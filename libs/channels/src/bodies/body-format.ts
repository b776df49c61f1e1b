import type { JsonSchema } from '@trunkline/service';
import type { MediaType } from './media-type';

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
  readonly load: () => Promise<BodyParser>;
}

/**
 * Parses a complete body that is not empty.
 *
 * @throws {BusError} `MALFORMED_BODY`, without values of the body
 */
export type BodyParser = (body: Buffer, limits: BodyLimits) => unknown;
