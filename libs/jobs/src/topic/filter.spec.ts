import { passes } from './filter';

const message = { kind: 'book', customer: { country: 'SE', vip: true }, discount: null };

describe('the filter of a subscriber', () => {
  it('lets every message through where there is none', () => {
    expect(passes(message, undefined)).toBe(true);
    expect(passes('text', {})).toBe(true);
  });

  it('wants each member to have its value, or one of its values', () => {
    expect(
      passes(message, { kind: 'book', 'customer.country': ['NO', 'SE'], 'customer.vip': true, discount: null }),
    ).toBe(true);
    expect(passes(message, { kind: 'book', 'customer.country': 'NO' })).toBe(false);
  });

  it('does not take an absent member for any value, nor look beyond the message', () => {
    expect(passes(message, { absent: null })).toBe(false);
    expect(passes(message, { 'kind.length': 4 })).toBe(false);
    expect(passes({}, { 'constructor.name': 'Object' })).toBe(false);
  });
});
