import { ErrorCatalogue } from './error-catalogue';

describe('an error catalogue', () => {
  it('finds an error by the last part of its type', () => {
    expect(new ErrorCatalogue().find('validation-failed')?.code).toBe('VALIDATION_FAILED');
    expect(new ErrorCatalogue().find('no-such-error')).toBeUndefined();
  });

  it('explains an error that a service declares', () => {
    const catalogue = new ErrorCatalogue();

    catalogue.declare('OUT_OF_STOCK', { status: 422, title: 'Items out of stock', description: 'None are left.' });

    expect(catalogue.find('out-of-stock')).toMatchObject({
      kind: 'domain',
      status: 422,
      meaning: 'None are left.',
      retry: 'never',
    });
  });

  it('uses the title of a declared error as its meaning if it has no description', () => {
    const catalogue = new ErrorCatalogue();

    catalogue.declare('BUSY', { status: 503, title: 'Warehouse is busy', retryAfter: 60 });

    expect(catalogue.find('busy')).toMatchObject({ meaning: 'Warehouse is busy', retry: 'afterDelay' });
  });

  it('ignores later declarations of a code, and declarations of built-in codes', () => {
    const catalogue = new ErrorCatalogue();

    catalogue.declare('OUT_OF_STOCK', { status: 422, title: 'first' });
    catalogue.declare('OUT_OF_STOCK', { status: 409, title: 'second' });
    catalogue.declare('CONFLICT', { status: 418, title: 'mine' });

    expect(catalogue.find('out-of-stock')?.title).toBe('first');
    expect(catalogue.find('conflict')?.status).toBe(409);
  });

  it.each(['out of stock', '../x', 'lower_case', ''])('rejects the code %j', (code) => {
    expect(() => new ErrorCatalogue().declare(code, { status: 422, title: 'x' })).toThrow(RangeError);
  });

  it.each([200, 399, 600, 404.5, Number.NaN])('rejects the status %d, and names the code', (status) => {
    expect(() => new ErrorCatalogue().declare('OUT_OF_STOCK', { status, title: 'x' })).toThrow(/OUT_OF_STOCK/);
  });

  it('does not change other catalogues', () => {
    new ErrorCatalogue().declare('OUT_OF_STOCK', { status: 422, title: 'x' });

    expect(new ErrorCatalogue().find('out-of-stock')).toBeUndefined();
  });
});
