import { createFailure } from '@trunkline/failures';
import { CompositeOutcomes, ServiceResponse } from '@trunkline/service';
import { setCompositeHeaders, prefersStrictHandling } from './composite-headers';

const failure = createFailure('UPSTREAM_TIMEOUT');

describe('the headers of a composite answer', () => {
  it('say that all of it is live', () => {
    const composition = new CompositeOutcomes();
    const response = new ServiceResponse();
    composition.record('profile', { outcome: 'live' });

    setCompositeHeaders(response, composition, 207);

    expect(response).toMatchObject({ statusCode: 200, headers: { 'composite-complete': '?1' } });
  });

  it('say what is not live, why, and that it is not to be stored', () => {
    const composition = new CompositeOutcomes();
    const response = new ServiceResponse();
    composition.record('profile', { outcome: 'live' });
    composition.record('notifications', { outcome: 'fallback', failure });
    composition.createChild('outer').record('inner', { outcome: 'missing', failure });

    setCompositeHeaders(response, composition, 207);

    expect(response.statusCode).toBe(207);
    expect(response.headers).toEqual({
      'composite-complete': '?0',
      'composite-status':
        'profile;live, notifications;fallback;code="UPSTREAM_TIMEOUT", outer.inner;missing;code="UPSTREAM_TIMEOUT"',
      'cache-control': 'no-store',
    });
  });

  it('leave the status alone that the service set itself', () => {
    const composition = new CompositeOutcomes();
    const response = new ServiceResponse();
    composition.record('a', { outcome: 'missing', failure });
    response.statusCode = 202;

    setCompositeHeaders(response, composition, 207);

    expect(response.statusCode).toBe(202);
  });

  it('quote names that are no tokens, and let nothing break out of them', () => {
    const composition = new CompositeOutcomes();
    const response = new ServiceResponse();
    composition.record('a "b"\r\nX: ü', { outcome: 'missing', failure });

    setCompositeHeaders(response, composition, 200);

    expect(response.headers['composite-status']).toBe('"a \\"b\\"??X: ?";missing;code="UPSTREAM_TIMEOUT"');
  });

  it('stay short, however many branches there are', () => {
    const composition = new CompositeOutcomes();
    const response = new ServiceResponse();
    for (let index = 0; index < 1_000; index += 1) composition.record(`list.${index}`, { outcome: 'missing', failure });

    setCompositeHeaders(response, composition, 200);

    expect(response.headers['composite-status']?.length).toBeLessThan(4_200);
  });
});

describe('a client that wants all or nothing', () => {
  it.each([
    ['handling=strict', true],
    ['respond-async, handling=strict; foo="a"', true],
    ['handling="strict"', true],
    ['handling=lenient', false],
    ['nohandling=strict', false],
    ['', false],
    [undefined, false],
  ])('says %j: %s', (prefer, isStrict) => {
    expect(prefersStrictHandling(prefer)).toBe(isStrict);
  });
});
