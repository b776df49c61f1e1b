import { failureOf } from '@trunkline/failures';
import { Composition, ServiceResponse } from '@trunkline/service';
import { tellOfComposite, wantsAllOrNothing } from './composite-answer';

const failure = failureOf('UPSTREAM_TIMEOUT');

describe('the headers of a composite answer', () => {
  it('say that all of it is live', () => {
    const composition = new Composition();
    const response = new ServiceResponse();
    composition.record('profile', { outcome: 'live' });

    tellOfComposite(response, composition, 207);

    expect(response).toMatchObject({ statusCode: 200, headers: { 'composite-complete': '?1' } });
  });

  it('say what is not live, why, and that it is not to be stored', () => {
    const composition = new Composition();
    const response = new ServiceResponse();
    composition.record('profile', { outcome: 'live' });
    composition.record('notifications', { outcome: 'fallback', failure });
    composition.within('outer').record('inner', { outcome: 'missing', failure });

    tellOfComposite(response, composition, 207);

    expect(response.statusCode).toBe(207);
    expect(response.headers).toEqual({
      'composite-complete': '?0',
      'composite-status':
        'profile;live, notifications;fallback;code="UPSTREAM_TIMEOUT", outer.inner;missing;code="UPSTREAM_TIMEOUT"',
      'cache-control': 'no-store',
    });
  });

  it('leave the status alone that the service set itself', () => {
    const composition = new Composition();
    const response = new ServiceResponse();
    composition.record('a', { outcome: 'missing', failure });
    response.statusCode = 202;

    tellOfComposite(response, composition, 207);

    expect(response.statusCode).toBe(202);
  });

  it('quote names that are no tokens, and let nothing break out of them', () => {
    const composition = new Composition();
    const response = new ServiceResponse();
    composition.record('a "b"\r\nX: ü', { outcome: 'missing', failure });

    tellOfComposite(response, composition, 200);

    expect(response.headers['composite-status']).toBe('"a \\"b\\"??X: ?";missing;code="UPSTREAM_TIMEOUT"');
  });

  it('stay short, however many branches there are', () => {
    const composition = new Composition();
    const response = new ServiceResponse();
    for (let index = 0; index < 1_000; index += 1) composition.record(`list.${index}`, { outcome: 'missing', failure });

    tellOfComposite(response, composition, 200);

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
    expect(wantsAllOrNothing(prefer)).toBe(isStrict);
  });
});
