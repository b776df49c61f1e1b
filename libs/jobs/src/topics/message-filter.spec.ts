import { matchesFilter } from './message-filter';

const message = { kind: 'book', customer: { country: 'SE', vip: true }, discount: null };

describe('the filter of a subscriber', () => {
  it('accepts every message if it is absent', () => {
    expect(matchesFilter(message, undefined)).toBe(true);
    expect(matchesFilter('text', {})).toBe(true);
  });

  it('requires each member to have its value, or one of its values', () => {
    expect(
      matchesFilter(message, { kind: 'book', 'customer.country': ['NO', 'SE'], 'customer.vip': true, discount: null }),
    ).toBe(true);
    expect(matchesFilter(message, { kind: 'book', 'customer.country': 'NO' })).toBe(false);
  });

  it('matches neither absent nor inherited members', () => {
    expect(matchesFilter(message, { absent: null })).toBe(false);
    expect(matchesFilter(message, { 'kind.length': 4 })).toBe(false);
    expect(matchesFilter({}, { 'constructor.name': 'Object' })).toBe(false);
  });
});
