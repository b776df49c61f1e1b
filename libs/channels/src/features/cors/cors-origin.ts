/** The wildcard for the sub-domains of a host. */
const ANY_SUBDOMAIN = '*.';
/** One label or more, as browsers write them: in lower case, in ASCII (`xn--…`). */
const LABELS = /^[\da-z_-]+(?:\.[\da-z_-]+)*$/;
const WILDCARD = /^(https?:\/\/)\*\.([^*]+)$/;

/**
 * Checks an entry of `cors.origins`: `*`, an origin as browsers write it (in lower case, without a default port), or one whose first
 * label is `*`. An origin in any other spelling would never match.
 */
export function isOriginPattern(text: string): boolean {
  if (text === '*') return true;
  const [, scheme, host] = WILDCARD.exec(text) ?? [];
  if (scheme === undefined || host === undefined) return isOrigin(text);
  return isOrigin(scheme + host) && isDomain(host);
}

/** Whether the origin of a page matches an entry of `cors.origins`. `*.` matches one label or more. */
export function matchesOrigin(pattern: string, origin: string): boolean {
  const star = pattern.indexOf(ANY_SUBDOMAIN);
  if (star === -1) return pattern === '*' || pattern === origin;
  const host = pattern.slice(star + 1);
  const isBelow = origin.startsWith(pattern.slice(0, star)) && origin.endsWith(host);
  return isBelow && LABELS.test(origin.slice(star, -host.length));
}

function isOrigin(text: string): boolean {
  return /^https?:\/\/[^*.][^*]*$/.test(text) && URL.canParse(text) && new URL(text).origin === text;
}

/** Whether a host can have a wildcard: a domain name, but no top-level domain other than `localhost`. */
function isDomain(host: string): boolean {
  const [name = ''] = host.split(':', 1);
  return name === 'localhost' || (name.includes('.') && /[a-z]/.test(name.slice(name.lastIndexOf('.'))));
}
