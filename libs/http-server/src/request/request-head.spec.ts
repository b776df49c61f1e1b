import { parseRequestHead } from './request-head';

describe('The head of a request', () => {
  it('has the parsed fields, with case-insensitive names', () => {
    const lines = [
      'HOST',
      'a',
      'Accept',
      'text/html',
      'X-Request-ID',
      'id',
      'content-TYPE',
      'application/json',
      'X-Other',
      'no',
    ];

    expect(parseRequestHead(lines)).toMatchObject({
      hostCount: 1,
      accept: 'text/html',
      requestId: 'id',
      contentType: 'application/json',
      prefer: undefined,
    });
  });

  it('counts all Host lines', () => {
    expect(parseRequestHead(['Host', 'a', 'host', 'b']).hostCount).toBe(2);
    expect(parseRequestHead([]).hostCount).toBe(0);
  });

  it('joins lines with the same name into a list', () => {
    expect(parseRequestHead(['Accept', 'text/html', 'accept', 'application/json']).accept).toBe(
      'text/html, application/json',
    );
  });
});
