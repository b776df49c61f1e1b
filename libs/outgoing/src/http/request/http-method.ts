/** The methods of outgoing calls. */
export const HTTP_METHODS = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'POST', 'PATCH'] as const;
export type HttpMethod = (typeof HTTP_METHODS)[number];

/** Methods that have the same effect when they are repeated (RFC 9110 §9.2.2). */
const IDEMPOTENT: ReadonlySet<HttpMethod> = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']);
/** The input of an adapter goes into the query of these methods, and into the body of the others. */
const WITHOUT_BODY: ReadonlySet<HttpMethod> = new Set(['GET', 'HEAD', 'OPTIONS', 'DELETE']);

export function isIdempotent(method: HttpMethod): boolean {
  return IDEMPOTENT.has(method);
}

export function takesBody(method: HttpMethod): boolean {
  return !WITHOUT_BODY.has(method);
}
