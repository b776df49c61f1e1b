import { parseEntityTag } from './entity-tag';
import { isDemandedVersion, isKnownVersion, parseLenientPreconditions, parsePreconditions } from './preconditions';

const EARLIER = 'Sun, 06 Nov 1994 08:49:37 GMT';
const CHANGED = Date.UTC(1994, 10, 6, 8, 49, 38, 500);
const LATER = 'Sun, 06 Nov 1994 08:49:38 GMT';

const current = (etag?: string) => ({
  etag: etag === undefined ? undefined : parseEntityTag(etag),
  lastModified: CHANGED,
});

describe('the demands on a version', () => {
  it.each([
    [{}, '"7"', true],
    [{ 'if-match': '"7"' }, '"7"', true],
    [{ 'if-match': '"6", "7"' }, '"7"', true],
    [{ 'if-match': '"7--gzip"' }, '"7"', true],
    [{ 'if-match': '"7--br"' }, '"7--br"', true],
    [{ 'if-match': '"6"' }, '"7"', false],
    [{ 'if-match': 'W/"7"' }, '"7"', false],
    [{ 'if-match': '"7"' }, 'W/"7"', false],
    [{ 'if-match': '*' }, 'W/"7"', true],
    [{ 'if-match': '*' }, undefined, true],
    [{ 'if-match': '"7"' }, undefined, false],
    [{ 'if-unmodified-since': EARLIER }, undefined, false],
    [{ 'if-unmodified-since': LATER }, undefined, true],
    [{ 'if-unmodified-since': 'yesterday' }, undefined, true],
    [{ 'if-match': '"7"', 'if-unmodified-since': EARLIER }, '"7"', true],
  ])('%j on %s are met: %s', (headers, etag, met) => {
    expect(isDemandedVersion(parsePreconditions({ headers }), current(etag))).toBe(met);
  });

  it.each(['*', '"7"'])('are not met by a resource that does not exist: If-Match: %s', (value) => {
    expect(isDemandedVersion(parsePreconditions({ headers: { 'if-match': value } }), undefined)).toBe(false);
  });

  it('on a date are ignored where the date of the version is not known', () => {
    const fields = parsePreconditions({ headers: { 'if-unmodified-since': EARLIER } });

    expect(isDemandedVersion(fields, {})).toBe(true);
  });
});

describe('a version that the client has', () => {
  it.each([
    [{}, '"7"', false],
    [{ 'if-none-match': '"6", W/"7"' }, '"7"', true],
    [{ 'if-none-match': '"7"' }, 'W/"7"', true],
    [{ 'if-none-match': '"7--gzip"' }, '"7"', false],
    [{ 'if-none-match': '*' }, '"7"', true],
    [{ 'if-modified-since': EARLIER }, '"7"', false],
    [{ 'if-modified-since': LATER }, '"7"', true],
    [{ 'if-modified-since': 'yesterday' }, '"7"', false],
    [{ 'if-none-match': '"6"', 'if-modified-since': LATER }, '"7"', false],
  ])('%j, %s: %s', (headers, etag, known) => {
    expect(isKnownVersion(parsePreconditions({ headers }), current(etag))).toBe(known);
    expect(isKnownVersion(parseLenientPreconditions({ headers }), current(etag))).toBe(known);
  });

  it('is none where the resource does not exist', () => {
    expect(isKnownVersion(parsePreconditions({ headers: { 'if-none-match': '*' } }), undefined)).toBe(false);
  });
});

describe('malformed entity tags', () => {
  it('are rejected with the names of all their fields', () => {
    const parse = () => parsePreconditions({ headers: { 'if-match': '7', 'if-none-match': 'x' } });

    expect(parse).toThrow(
      expect.objectContaining({
        code: 'BAD_REQUEST',
        detail:
          'If-Match is not a list of entity tags; If-None-Match is not a list of entity tags: write each tag in its quotes, as the ETag header has it, such as "7", or *',
      }),
    );
  });

  it('are ignored by a reader that may be lenient, the date with them', () => {
    const headers = { 'if-none-match': 'x', 'if-modified-since': LATER };

    expect(isKnownVersion(parseLenientPreconditions({ headers }), current('"7"'))).toBe(false);
  });
});
