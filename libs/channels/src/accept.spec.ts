import { acceptsJson } from './accept';

describe('an Accept header', () => {
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
  ])('%j admits JSON: %s', (accept, isAdmitted) => {
    expect(acceptsJson(accept)).toBe(isAdmitted);
  });
});
