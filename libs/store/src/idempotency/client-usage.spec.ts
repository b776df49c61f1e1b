import fc from 'fast-check';
import { ClientUsage } from './client-usage';

describe('the usage of clients', () => {
  it('has no largest client without usage', () => {
    const shares = new ClientUsage();
    shares.add('acme', 5);
    shares.add('acme', -5);

    expect([shares.findLargest(), shares.total]).toEqual([undefined, 0]);
  });

  it('has as its largest client one that no other exceeds twofold', () => {
    const change = fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.integer({ min: -2_000, max: 2_000 }));
    fc.assert(
      fc.property(fc.array(change), (changes) => {
        const shares = new ClientUsage();
        const amounts = new Map<string, number>();
        for (const [client, amount] of changes) {
          const delta = Math.max(amount, -(amounts.get(client) ?? 0));
          amounts.set(client, (amounts.get(client) ?? 0) + delta);
          shares.add(client, delta);
        }

        const most = Math.max(0, ...amounts.values());
        const largest = shares.findLargest();
        if (most === 0) expect(largest).toBeUndefined();
        else expect((amounts.get(largest ?? '') ?? 0) * 2).toBeGreaterThan(most);
      }),
    );
  });
});
