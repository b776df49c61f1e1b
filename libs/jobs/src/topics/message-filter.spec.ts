import { matchesFilter } from './message-filter';

const message = { kind: 'book', customer: { country: 'SE', vip: true }, discount: null };

describe('the filter of a subscriber', () => {
  it('lets every message through where there is none', () => {
    expect(matchesFilter(message, undefined)).toBe(true);
    expect(matchesFilter('text', {})).toBe(true);
  });

  it('wants each member to have its value, or one of its values', () => {
    expect(
      matchesFilter(message, { kind: 'book', 'customer.country': ['NO', 'SE'], 'customer.vip': true, discount: null }),
    ).toBe(true);
    expect(matchesFilter(message, { kind: 'book', 'customer.country': 'NO' })).toBe(false);
  });

  it('does not take an absent member for any value, nor look beyond the message', () => {
    expect(matchesFilter(message, { absent: null })).toBe(false);
    expect(matchesFilter(message, { 'kind.length': 4 })).toBe(false);
    expect(matchesFilter({}, { 'constructor.name': 'Object' })).toBe(false);
  });
});
