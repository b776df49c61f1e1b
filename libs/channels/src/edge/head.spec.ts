import { readHead } from './head';

describe('the head of a request', () => {
  it('has the fields that the bus decides by, whatever the case of their names', () => {
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

    expect(readHead(lines)).toMatchObject({
      hosts: 1,
      accept: 'text/html',
      requestId: 'id',
      contentType: 'application/json',
      prefer: undefined,
    });
  });

  it('counts every Host', () => {
    expect(readHead(['Host', 'a', 'host', 'b']).hosts).toBe(2);
    expect(readHead([]).hosts).toBe(0);
  });

  it('joins lines of one name into a list', () => {
    expect(readHead(['Accept', 'text/html', 'accept', 'application/json']).accept).toBe('text/html, application/json');
  });
});
