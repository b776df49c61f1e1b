import { createFailure } from '@trunkline/failures';
import { CompositeOutcomes, ServiceResponse } from '@trunkline/service';
import { setCompositeHeaders, prefersStrictHandling } from './composite-headers';

const failure = createFailure('UPSTREAM_TIMEOUT');

describe('the headers of a composite response', () => {
  it('report that all branches are live', () => {
    const composition = new CompositeOutcomes();
    const response = new ServiceResponse();
    composition.record('profile', { outcome: 'live' });

    setCompositeHeaders(response, composition, 207);

    expect(response).toMatchObject({ statusCode: 200, headers: { 'composite-complete': '?1' } });
  });

  it('report the branches that are not live with their failures, and forbid storage', () => {
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

  it('keep the status that the service has set', () => {
    const composition = new CompositeOutcomes();
    const response = new ServiceResponse();
    composition.record('a', { outcome: 'missing', failure });
    response.statusCode = 202;

    setCompositeHeaders(response, composition, 207);

    expect(response.statusCode).toBe(202);
  });

  it('quote and escape names that are no tokens', () => {
    const composition = new CompositeOutcomes();
    const response = new ServiceResponse();
    composition.record('a "b"\r\nX: ü', { outcome: 'missing', failure });

    setCompositeHeaders(response, composition, 200);

    expect(response.headers['composite-status']).toBe('"a \\"b\\"??X: ?";missing;code="UPSTREAM_TIMEOUT"');
  });

  it('stay short with many branches', () => {
    const composition = new CompositeOutcomes();
    const response = new ServiceResponse();
    for (let index = 0; index < 1_000; index += 1) composition.record(`list.${index}`, { outcome: 'missing', failure });

    setCompositeHeaders(response, composition, 200);

    expect(response.headers['composite-status']?.length).toBeLessThan(4_200);
  });
});

describe('a client that accepts complete results only', () => {
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
