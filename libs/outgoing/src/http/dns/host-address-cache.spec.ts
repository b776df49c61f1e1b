import type { LookupAddress } from 'node:dns';
import { HostAddressCache } from './host-address-cache';

const address = (last: number): LookupAddress => ({ address: `192.0.2.${last}`, family: 4 });

/** Look-ups that have the given outcomes in turn. */
function createAddresses(...outcomes: readonly (LookupAddress | Error)[]) {
  const clock = { ms: 0, nowMs: () => clock.ms };
  const asked: string[] = [];
  const lookUp = (host: string) => {
    const outcome = outcomes[asked.push(host) - 1];
    return outcome instanceof Error || !outcome ? Promise.reject(outcome) : Promise.resolve([outcome]);
  };
  return { addresses: new HostAddressCache(lookUp, clock), clock, asked };
}

describe('the addresses of a host', () => {
  it('are looked up once for concurrent requests', async () => {
    const { addresses, asked } = createAddresses(address(1));

    const found = await Promise.all(Array.from({ length: 20 }, () => addresses.resolve('crm.test')));

    expect(found).toEqual(Array.from({ length: 20 }, () => [address(1)]));
    expect(asked).toEqual(['crm.test']);
  });

  it('are cached for 5 s', async () => {
    const { addresses, clock } = createAddresses(address(1), address(2));
    await addresses.resolve('crm.test');

    clock.ms = 4_999;
    await expect(addresses.resolve('crm.test')).resolves.toEqual([address(1)]);

    clock.ms = 5_000;
    await expect(addresses.resolve('crm.test')).resolves.toEqual([address(2)]);
  });

  it('stay in use while look-ups fail, which are retried every 5 s', async () => {
    const { addresses, clock, asked } = createAddresses(address(1), new Error('down'), address(2));
    await addresses.resolve('crm.test');

    clock.ms = 5_000;
    await expect(addresses.resolve('crm.test')).resolves.toEqual([address(1)]);
    clock.ms = 9_999;
    await expect(addresses.resolve('crm.test')).resolves.toEqual([address(1)]);
    expect(asked).toHaveLength(2);

    clock.ms = 10_000;
    await expect(addresses.resolve('crm.test')).resolves.toEqual([address(2)]);
  });

  it('are not looked up again for 5 s after the first look-up failed', async () => {
    const { addresses, clock, asked } = createAddresses(new Error('down'), address(1));

    await expect(addresses.resolve('crm.test')).rejects.toThrow('down');
    await expect(addresses.resolve('crm.test')).rejects.toThrow('down');
    expect(asked).toHaveLength(1);

    clock.ms = 5_000;
    await expect(addresses.resolve('crm.test')).resolves.toEqual([address(1)]);
  });
});
