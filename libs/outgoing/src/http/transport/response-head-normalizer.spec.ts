import fc from 'fast-check';
import { ResponseHeadNormalizer } from './response-head-normalizer';

/** What undici gets of a response that comes in these pieces. */
function repair(...pieces: string[]): string {
  const heads = new ResponseHeadNormalizer(1_000);
  heads.expectResponse();
  return pieces.map((piece) => heads.normalize(Buffer.from(piece, 'latin1'))?.toString('latin1') ?? '').join('');
}

const OK = 'HTTP/1.1 200 OK\r\nA: b\r\nContent-Length: 2\r\n\r\n{}';

describe('the head of a response', () => {
  it.each([
    [OK],
    ['HTTP/1.1 200 OK\r\n\r\n'],
    ['HTTP/1.1 200 OK\nContent-Length: 2\n\n{}'],
    ['HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'],
    ['HTTP/1.1 304 Not Modified\r\nETag: "1"\r\n\r\n'],
    ['HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r{}'],
    ['HTTP/1.1 200 OK\r\nno field\r\nContent-'],
    ['<html>hello</html>'],
    ['\u0016\u0003\u0001\u0000'],
    [`HTTP/1.1 200 OK\r\nX-Large: ${'x'.repeat(1_000)}`],
    ['HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}'],
    ['HTTP/1.1 200 OK\r\nContent-Length: 2, x\r\n\r\n{}'],
    ['HTTP/1.1 200 OK\r\nContent-Lengths: 2, 2\r\nContent-Policy: 2, 2\r\ncross-origin-z: 1\r\n\r\n{}'],
  ])('is handed on as it is, unless it needs a change: %j', (response) => {
    expect(repair(response)).toBe(response);
  });

  it.each([
    [
      'a 100 that nobody asked for becomes a 102',
      `HTTP/1.1 100 Continue\r\n\r\n${OK}`,
      `HTTP/1.1 102 Continue\r\n\r\n${OK}`,
    ],
    [
      'a 304 loses the length of what it stands for',
      'HTTP/1.1 304 Not Modified\r\nContent-Length: 99\r\nETag: "1"\r\n\r\n',
      'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\n\r\n',
    ],
    [
      'a 204 loses its length',
      'HTTP/1.1 204 No Content\r\nCONTENT-LENGTH: 2\r\n\r\n',
      'HTTP/1.1 204 No Content\r\n\r\n',
    ],
    [
      'equal lengths become one',
      'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nA: b\r\ncontent-length:2 \r\n\r\n{}',
      'HTTP/1.1 200 OK\r\ncontent-length: 2\r\nA: b\r\n\r\n{}',
    ],
    [
      'a list of equal lengths becomes one',
      'HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\n{}',
      'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}',
    ],
  ])('%s', (_rule, response, repaired) => {
    expect(repair(response)).toBe(repaired);
  });

  it('is normalized in the same way, whatever its chunks are', () => {
    const response = `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n{}`;

    fc.assert(
      fc.property(fc.array(fc.nat(response.length)), (cuts) => {
        const at = [0, ...cuts.toSorted((a, b) => a - b), response.length];
        const pieces = at.slice(1).map((end, index) => response.slice(at[index], end));
        expect(repair(...pieces)).toBe(repair(response));
      }),
    );
  });

  it('ends where the body starts, whatever its bytes are', () => {
    const body = 'HTTP/1.1 100 Continue\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n';

    expect(repair(OK, body)).toBe(OK + body);
    expect(repair(OK + body)).toBe(OK + body);
  });

  it('is looked for only after a request', () => {
    const heads = new ResponseHeadNormalizer(1_000);
    const unasked = 'HTTP/1.1 100 Continue\r\n\r\n';

    expect(heads.normalize(Buffer.from(unasked))?.toString()).toBe(unasked);
  });
});
