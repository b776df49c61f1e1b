import type { FailureCode } from '@trunkline/failures';
import type { BodyFormat } from '../bodies/body-format';
import type { ParameterStyle } from '../features/query/notations';
import type { Components } from './components';
import type { Header, Operation, Parameter, Response } from './openapi-document';
import type { DescribedSecurity } from './security-schemes';

/** The additions of one feature of a channel to an operation. */
export interface OperationPart {
  /** Security requirements, any one of which is enough. */
  readonly security?: Operation['security'];
  readonly isDeprecated?: boolean;
  /** Paragraphs of the description. */
  readonly notes?: readonly string[];
  readonly parameters?: readonly Parameter[];
  /** How members of the query are written, by name. Default: a repeated key. */
  readonly queryStyles?: ReadonlyMap<string, ParameterStyle>;
  /** Formats of the request body. Default: JSON. */
  readonly bodyFormats?: readonly BodyFormat[];
  /** Headers of every response. */
  readonly headers?: Readonly<Record<string, Header>>;
  /** Headers of successful responses that have the payload of the service, and of 304. */
  readonly payloadHeaders?: Readonly<Record<string, Header>>;
  /** Further successful responses by status. */
  readonly responses?: Readonly<Record<string, PartialResponse>>;
  /** The successful responses by status, where none has the payload of the service. */
  readonly insteadOfPayload?: Readonly<Record<string, PartialResponse>>;
  /** Codes of failures that clients can get because of the feature. */
  readonly codes?: readonly FailureCode[];
}

/** A response without the headers that all responses of the operation have. */
interface PartialResponse extends Omit<Response, 'headers'> {
  readonly headers?: Readonly<Record<string, Header>>;
}

/** What the descriptions of features use. */
export interface OperationPartContext {
  readonly components: Components;
  readonly security: DescribedSecurity;
}
