import type { SecuritySchemeObject } from '@trunkline/security';
import type { JsonSchema } from '@trunkline/service';
import type { ParameterStyle } from '../features/query/notations';

/** A reference to a component of the document. */
export interface Reference {
  readonly $ref: string;
}

/** One value, as an example. */
interface Example {
  readonly summary?: string;
  readonly value: unknown;
}

/** Examples by name. */
export type Examples = Readonly<Record<string, Example>>;

/** Bodies of one media type. */
interface MediaType {
  readonly schema?: JsonSchema;
  readonly examples?: Examples;
}

/** Contact for questions about the API. */
interface Contact {
  readonly name?: string | undefined;
  readonly url?: string | undefined;
  readonly email?: string | undefined;
}

/** License of the API, with an SPDX expression or a link besides the name. */
interface License {
  readonly name: string;
  readonly identifier?: string | undefined;
  readonly url?: string | undefined;
}

/** Information about the API as a whole. */
export interface Info {
  readonly title: string;
  readonly version: string;
  readonly description?: string | undefined;
  readonly termsOfService?: string | undefined;
  readonly contact?: Contact | undefined;
  readonly license?: License | undefined;
}

/** Bodies by media type. */
export type Content = Readonly<Record<string, MediaType>>;

/** A header of a response. */
export interface Header {
  readonly description: string;
  readonly schema: JsonSchema;
}

/** A response of an operation. */
export interface Response {
  readonly description: string;
  readonly headers?: Readonly<Record<string, Header | Reference>>;
  readonly content?: Content;
}

/** Responses by status; `2XX` is any other success, `default` any other status. */
export type Responses = Readonly<Record<string, Response | Reference>>;

/** A value in the path, query or headers of a request. */
export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly description?: string;
  readonly style?: ParameterStyle['style'];
  readonly explode?: boolean;
  readonly schema: JsonSchema;
  readonly examples?: Examples;
}

/** A method of a path. */
export interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly deprecated?: boolean;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly required: boolean; readonly content: Content };
  readonly responses: Responses;
  /** Alternative requirements, any one of which is enough; none: the operation is open. */
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
}

/** Operations by method in lower case. */
export type PathItem = Readonly<Record<string, Operation>>;

/** The part of an OpenAPI 3.1 document that the bus creates. */
export interface OpenApiDocument {
  readonly openapi: string;
  readonly info: Info;
  readonly servers: readonly { readonly url: string }[];
  readonly tags: readonly { readonly name: string; readonly description?: string }[];
  readonly paths: Readonly<Record<string, PathItem>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>;
    readonly responses: Readonly<Record<string, Response>>;
    readonly headers: Readonly<Record<string, Header>>;
    readonly securitySchemes: Readonly<Record<string, SecuritySchemeObject>>;
  };
}
