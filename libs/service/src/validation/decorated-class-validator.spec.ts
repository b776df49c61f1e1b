import 'reflect-metadata';
import { ValidationFailedError } from '@trunkline/failures';
import { Transform, Type } from 'class-transformer';
import {
  ArrayNotEmpty,
  IsArray,
  IsBoolean,
  IsInt,
  IsNotEmpty,
  IsObject,
  IsOptional,
  IsString,
  Min,
  ValidateNested,
} from 'class-validator';
import { createClassInputValidator, createClassOutputValidator } from './decorated-class-validator';

class Item {
  @IsString()
  @IsNotEmpty()
  readonly sku!: string;

  @IsInt()
  @Min(1)
  readonly quantity!: number;
}

class Order {
  @IsString()
  @IsNotEmpty()
  readonly customer_id!: string;

  @IsArray()
  @ArrayNotEmpty()
  @ValidateNested({ each: true })
  @Type(() => Item)
  readonly items!: Item[];
}

class Search {
  @IsOptional()
  @IsInt()
  readonly page?: number;

  @IsOptional()
  @IsBoolean()
  readonly open?: boolean;

  @IsOptional()
  @IsString({ each: true })
  readonly tags?: string[];

  @IsOptional()
  @IsString()
  readonly code?: string;
}

class Amount {
  @IsInt()
  cents!: number;

  get isZero() {
    return this.cents === 0;
  }

  rounded() {
    return Math.round(this.cents / 100);
  }
}

class Price {
  @IsString()
  kept = '';

  @Transform(({ value }) => Object.assign(new Amount(), { cents: value.rounded }))
  @IsObject()
  readonly amount!: Amount;

  @IsString()
  get text() {
    return this.kept;
  }

  set text(text: string) {
    this.kept = text;
  }
}

class Nothing {}

const listViolations = (declared: new () => object, value: unknown) => {
  try {
    createClassInputValidator(declared)(value, []);
  } catch (thrown) {
    if (thrown instanceof ValidationFailedError) return thrown.violations;
    throw thrown;
  }
  throw new Error('the value was accepted');
};

describe('an input declared by a class', () => {
  it('becomes an instance of the class, with instances of nested classes', () => {
    const order = createClassInputValidator(Order)({ customer_id: 'C1', items: [{ sku: 'A', quantity: 2 }] }, []);

    expect(order).toBeInstanceOf(Order);
    expect(order).toMatchObject({ items: [expect.any(Item)] });
  });

  it('reports every invalid value at once, nested and in arrays', () => {
    expect(listViolations(Order, { items: [{ sku: 'A', quantity: 1 }, { quantity: 0 }] })).toMatchObject([
      { pointer: '#/customer_id', field: 'customer_id', detail: 'customer_id is required', rule: 'isNotEmpty' },
      { pointer: '#/items/1/quantity', field: 'items[1].quantity', rule: 'min' },
      { pointer: '#/items/1/sku', field: 'items[1].sku', detail: 'sku is required' },
    ]);
  });

  it('rejects undeclared members at any depth', () => {
    const value = { customer_id: 'C1', extra: 1, items: [{ sku: 'A', quantity: 1, isAdmin: true }] };

    expect(listViolations(Order, value)).toMatchObject([
      { pointer: '#/extra', rule: 'whitelistValidation' },
      { pointer: '#/items/0/isAdmin', rule: 'whitelistValidation' },
    ]);
  });

  it('accepts nothing when the class has no rules', () => {
    expect(() => createClassInputValidator(Nothing)({ anything: 1 }, [])).toThrow(ValidationFailedError);
  });

  it('rejects a member named constructor in an object without a class', () => {
    const value = { customer_id: { constructor: 1 }, items: [{ sku: 'A', quantity: 1 }] };

    expect(listViolations(Order, value)).toMatchObject([{ pointer: '#/customer_id/constructor' }]);
  });

  it.each(['hasOwnProperty', 'toString', 'valueOf', 'isPrototypeOf', 'constructor', '__defineGetter__'])(
    'rejects members named %s, which every object has',
    (name) => {
      const value = { customer_id: 'C1', [name]: 1, items: [{ sku: 'A', quantity: 1, [name]: null }] };

      const pointers = listViolations(Order, value).map(({ pointer }) => pointer);

      expect(new Set(pointers)).toEqual(new Set([`#/${name}`, `#/items/0/${name}`]));
    },
  );

  it('rejects members named like a method or a getter of the class', () => {
    expect(listViolations(Amount, { cents: 1, rounded: 2, isZero: true })).toMatchObject([
      { pointer: '#/isZero', detail: 'isZero is not a known member' },
      { pointer: '#/rounded' },
    ]);
  });

  it('leaves members to their setters and to @Transform', () => {
    const price = createClassInputValidator(Price)({ amount: { rounded: 12 }, text: 'x' }, []);

    expect(price).toMatchObject({ amount: { cents: 12 }, kept: 'x' });
  });

  it.each([null, undefined, 5, 'text', []])('rejects %p, which is not an object', (value) => {
    expect(listViolations(Order, value)).toMatchObject([{ pointer: '#', rule: 'isObject' }]);
  });

  it('coerces texts of path and query to their declared types', () => {
    const input = { page: '2', open: 'true', tags: 'a', code: '42' };

    const search = createClassInputValidator(Search)(input, ['page', 'open', 'tags', 'code']);

    expect(search).toEqual({ page: 2, open: true, tags: ['a'], code: '42' });
  });

  it.each([['1e400'], ['0x10'], [' 1'], ['']])('does not coerce the text %j to a number', (page) => {
    expect(() => createClassInputValidator(Search)({ page }, ['page'])).toThrow(ValidationFailedError);
  });

  it('never coerces values of a body', () => {
    expect(() => createClassInputValidator(Search)({ page: '2' }, [])).toThrow(ValidationFailedError);
  });
});

describe('an output declared by a class', () => {
  it('omits undeclared members', () => {
    const output = createClassOutputValidator(Item)({ sku: 'A', quantity: 1, margin: 0.4 }, []);

    expect(JSON.parse(JSON.stringify(output))).toEqual({ sku: 'A', quantity: 1 });
  });

  it('is rejected when it does not fit', () => {
    expect(() => createClassOutputValidator(Item)({ sku: 'A', quantity: 0 }, [])).toThrow(ValidationFailedError);
  });
});
