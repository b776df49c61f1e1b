const ANSWERS = new Set(['*/*', 'application/*', 'application/json', 'application/problem+json']);

/**
 * Does an `Accept` header admit what channels answer with: `application/json` or `application/problem+json` (RFC 9110 §12.5.1)?
 * What most clients send is decided without taking the header apart.
 */
export function acceptsJson(accept: string | undefined): boolean {
  if (accept === undefined || accept === '*/*' || accept === 'application/json') return true;
  return accept.split(',').some((range) => {
    const [mediaType = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    return ANSWERS.has(mediaType) && !parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter));
  });
}
