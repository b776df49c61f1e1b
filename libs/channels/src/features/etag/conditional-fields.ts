import type { Header, Parameter } from '../../openapi/openapi-document';

/** The header of a response that names its version. */
export const ETAG_HEADER: Readonly<Record<string, Header>> = {
  ETag: { description: 'Identifies this version of the response, for If-None-Match', schema: { type: 'string' } },
};

/** The header of a response that dates its version. */
export const LAST_MODIFIED_HEADER: Readonly<Record<string, Header>> = {
  'Last-Modified': { description: 'Date of the last change, if it is known', schema: { type: 'string' } },
};

/** Responds only if the client does not have the version. */
export const IF_NONE_MATCH: Parameter = {
  name: 'If-None-Match',
  in: 'header',
  required: false,
  description: 'ETags of versions that the client has, or *',
  schema: { type: 'string' },
};

/** Responds only if the version is newer. */
export const IF_MODIFIED_SINCE: Parameter = {
  name: 'If-Modified-Since',
  in: 'header',
  required: false,
  description: 'Last-Modified of the version that the client has; ignored with If-None-Match',
  schema: { type: 'string' },
};

/** Handles a request only for this version. */
export const IF_MATCH: Parameter = {
  name: 'If-Match',
  in: 'header',
  required: false,
  description: 'Strong ETags of the versions for which the request applies, or * for any existing one',
  schema: { type: 'string' },
};

/** Handles a request only for a version that is not newer. */
export const IF_UNMODIFIED_SINCE: Parameter = {
  name: 'If-Unmodified-Since',
  in: 'header',
  required: false,
  description: 'Last-Modified of the version for which the request applies; ignored with If-Match',
  schema: { type: 'string' },
};
