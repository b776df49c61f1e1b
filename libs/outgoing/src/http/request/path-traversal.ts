const BACKSLASH_OR_CONTROL = /[\\\p{Cc}]/u;
/** A dot segment, also for servers that remove `;parameters` from a segment (Tomcat). */
const DOT_SEGMENT = /(?:^|\/)\.{1,2}(?:;[^/]*)?(?:$|\/)/;
const ENCODED_ASCII = /%[0-7][\da-f]/gi;
/** Most levels of encoding: some upstreams decode a path more than once. A value with more levels is rejected. */
const MAX_DECODINGS = 3;

/** Whether the text, decoded as often as an upstream may do it, could leave its place in the path. */
export function isPathTraversal(text: string): boolean {
  let current = text;
  for (let decodings = 0; decodings <= MAX_DECODINGS; decodings += 1) {
    if (BACKSLASH_OR_CONTROL.test(current) || DOT_SEGMENT.test(current)) return true;
    const decoded = current.includes('%') ? decodeAscii(current) : current;
    if (decoded === current) return false;
    current = decoded;
  }
  return true;
}

/** Decodes leniently, as vulnerable servers do: malformed encoding stays as it is, the rest is decoded. */
function decodeAscii(text: string): string {
  return text.replace(ENCODED_ASCII, (encoded) => String.fromCharCode(Number.parseInt(encoded.slice(1), 16)));
}
