import { Type } from 'class-transformer';
import { z } from 'zod';
import { Secret } from '../declaration/secret';
import { findSecretMembers } from './secret-members';

class Card {
  @Secret() number!: string;
  holder!: string;
}

class Payment {
  @Type(() => Card) cards!: Card[];
  note!: string;
}

class Refund extends Card {
  @Secret() pin!: string;
}

describe('members that are marked secret', () => {
  it('are found in classes, including lists and nested classes', () => {
    const value = { cards: [{ holder: 'A' }, { holder: 'B', number: '4111' }], note: 'x' };

    expect(findSecretMembers(Payment, value)).toEqual([['cards', '1', 'number']]);
  });

  it('are inherited', () => {
    expect(findSecretMembers(Refund, { number: '4111', pin: '1' })).toEqual([['number'], ['pin']]);
  });

  it('are found in zod schemas, whatever wraps them', () => {
    const secret = z.string().meta({ secret: true });
    const schema = z.object({
      token: secret.optional(),
      list: z.array(z.union([z.number(), z.object({ key: secret })])),
      by_name: z.record(z.string(), secret.nullable()),
      pair: z.tuple([z.number(), secret]),
    });
    const value = { token: 'a', list: [1, { key: 'b' }], by_name: { x: 'c', y: null }, pair: [1, 'd'] };

    expect(findSecretMembers(schema, value)).toEqual([
      ['token'],
      ['list', '1', 'key'],
      ['by_name', 'x'],
      ['pair', '1'],
    ]);
  });

  it('are found in a schema that refers to itself', () => {
    const node: z.ZodType = z.lazy(() =>
      z.object({ secret: z.string().meta({ secret: true }).optional(), next: node.optional() }),
    );

    expect(findSecretMembers(node, { next: { next: { secret: 'x' } } })).toEqual([['next', 'next', 'secret']]);
  });

  it('are ignored when absent', () => {
    expect(findSecretMembers(Card, { holder: 'A' })).toEqual([]);
    expect(findSecretMembers('password', { password: 'x' })).toEqual([]);
    expect(findSecretMembers(undefined, { password: 'x' })).toEqual([]);
  });
});
