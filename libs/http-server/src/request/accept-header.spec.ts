import { acceptsOneOf, choosePreferred } from './accept-header';

const JSON_TYPES = ['application/json', 'application/problem+json'];

describe('An Accept header', () => {
  it.each([
    [undefined, true],
    ['*/*', true],
    ['application/json', true],
    ['APPLICATION/JSON', true],
    ['application/problem+json', true],
    ['text/html, application/xhtml+xml, */*;q=0.8', true],
    ['application/*;q=0.1', true],
    ['text/html', false],
    ['application/xml', false],
    ['application/json;q=0', false],
    ['application/json; q=0.000', false],
    ['', false],
    ['application/json;q=0, application/problem+json;q=0, */*', false],
    ['text/html;level=1, application/json;q=0.5', true],
  ])('%j accepts JSON: %s', (accept, isAccepted) => {
    expect(acceptsOneOf(accept, JSON_TYPES)).toBe(isAccepted);
  });

  it.each([
    [undefined, 'text/event-stream'],
    ['*/*', 'text/event-stream'],
    ['application/x-ndjson', 'application/x-ndjson'],
    ['text/event-stream;q=0.5, application/x-ndjson;q=0.8', 'application/x-ndjson'],
    ['application/*, text/event-stream;q=0.9', 'application/x-ndjson'],
    ['text/event-stream;q=0, */*;q=0.1', 'application/x-ndjson'],
    ['application/json', undefined],
  ])('%j prefers %s', (accept, preferred) => {
    expect(choosePreferred(accept, ['text/event-stream', 'application/x-ndjson'])).toBe(preferred);
  });
});
