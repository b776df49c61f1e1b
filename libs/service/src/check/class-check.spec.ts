import 'reflect-metadata';
import { ValidationFailedError } from '@trunkline/failures';
import { Expose, Transform, Type } from 'class-transformer';
import {
  ArrayNotEmpty,
  IsArray,
  IsBoolean,
  IsEnum,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  Min,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { checkOfInputClass, checkOfOutputClass } from './class-check';
import { compileInput } from './compile';

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

const violationsOf = (declared: new () => object, value: unknown) => {
  try {
    checkOfInputClass(declared)(value, []);
  } catch (thrown) {
    if (thrown instanceof ValidationFailedError) return thrown.violations;
    throw thrown;
  }
  throw new Error('the value was let through');
};

describe('an input declared by a class', () => {
  it('becomes an instance of it, nested classes included', () => {
    const order = checkOfInputClass(Order)({ customer_id: 'C1', items: [{ sku: 'A', quantity: 2 }] }, []);

    expect(order).toBeInstanceOf(Order);
    expect(order).toMatchObject({ items: [expect.any(Item)] });
  });

  it('reports every invalid value at once, nested and in arrays', () => {
    expect(violationsOf(Order, { items: [{ sku: 'A', quantity: 1 }, { quantity: 0 }] })).toMatchObject([
      { pointer: '#/customer_id', field: 'customer_id', detail: 'customer_id is required', rule: 'isNotEmpty' },
      { pointer: '#/items/1/quantity', field: 'items[1].quantity', rule: 'min' },
      { pointer: '#/items/1/sku', field: 'items[1].sku', detail: 'sku is required' },
    ]);
  });

  it('refuses members that it does not declare, at any depth', () => {
    const value = { customer_id: 'C1', extra: 1, items: [{ sku: 'A', quantity: 1, isAdmin: true }] };

    expect(violationsOf(Order, value)).toMatchObject([
      { pointer: '#/extra', rule: 'whitelistValidation' },
      { pointer: '#/items/0/isAdmin', rule: 'whitelistValidation' },
    ]);
  });

  it('lets nothing through where the class has no rules at all', () => {
    expect(() => checkOfInputClass(Nothing)({ anything: 1 }, [])).toThrow(ValidationFailedError);
  });

  it('refuses an object with a member called constructor where no class is declared', () => {
    const value = { customer_id: { constructor: 1 }, items: [{ sku: 'A', quantity: 1 }] };

    expect(violationsOf(Order, value)).toMatchObject([{ pointer: '#/customer_id/constructor' }]);
  });

  it.each(['hasOwnProperty', 'toString', 'valueOf', 'isPrototypeOf', 'constructor', '__defineGetter__'])(
    'refuses members called %s, which every object has',
    (name) => {
      const value = { customer_id: 'C1', [name]: 1, items: [{ sku: 'A', quantity: 1, [name]: null }] };

      const pointers = violationsOf(Order, value).map(({ pointer }) => pointer);

      expect(new Set(pointers)).toEqual(new Set([`#/${name}`, `#/items/0/${name}`]));
    },
  );

  it('refuses members that are called as a method or a getter of the class', () => {
    expect(violationsOf(Amount, { cents: 1, rounded: 2, isZero: true })).toMatchObject([
      { pointer: '#/isZero', detail: 'isZero is not known here' },
      { pointer: '#/rounded' },
    ]);
  });

  it('leaves to setters and to @Transform what they make of a member', () => {
    const price = checkOfInputClass(Price)({ amount: { rounded: 12 }, text: 'x' }, []);

    expect(price).toMatchObject({ amount: { cents: 12 }, kept: 'x' });
  });

  it.each([null, undefined, 5, 'text', []])('refuses %p, which is not an object', (value) => {
    expect(violationsOf(Order, value)).toMatchObject([{ pointer: '#', rule: 'isObject' }]);
  });

  it('converts texts of path and query where something else is declared', () => {
    const input = { page: '2', open: 'true', tags: 'a', code: '42' };

    const search = checkOfInputClass(Search)(input, ['page', 'open', 'tags', 'code']);

    expect(search).toEqual({ page: 2, open: true, tags: ['a'], code: '42' });
  });

  it.each([['1e400'], ['0x10'], [' 1'], ['']])('does not take the text %j for a number', (page) => {
    expect(() => checkOfInputClass(Search)({ page }, ['page'])).toThrow(ValidationFailedError);
  });

  it('never converts values of a body', () => {
    expect(() => checkOfInputClass(Search)({ page: '2' }, [])).toThrow(ValidationFailedError);
  });
});

describe('an output declared by a class', () => {
  it('leaves out what the class does not declare', () => {
    const output = checkOfOutputClass(Item)({ sku: 'A', quantity: 1, margin: 0.4 }, []);

    expect(JSON.parse(JSON.stringify(output))).toEqual({ sku: 'A', quantity: 1 });
  });

  it('is refused where it does not fit', () => {
    expect(() => checkOfOutputClass(Item)({ sku: 'A', quantity: 0 }, [])).toThrow(ValidationFailedError);
  });
});

enum Level {
  low,
  high,
}

class Filter {
  @IsOptional()
  @IsInt({ each: true })
  readonly ids?: number[];

  @IsOptional()
  @IsBoolean({ each: true })
  @Type(() => Boolean)
  readonly flags?: boolean[];

  @IsOptional()
  @IsInt({ each: true })
  @Type(() => Number)
  readonly levels?: Set<number>;

  @IsOptional()
  @ArrayNotEmpty()
  readonly any?: unknown;

  @IsOptional()
  @IsIn([1, 2, 'all'])
  readonly choice?: unknown;

  @IsOptional()
  @IsEnum(Level)
  readonly level?: Level;

  @IsOptional()
  @IsInt()
  @Expose({ name: 'page_size' })
  readonly pageSize?: number;

  @IsOptional()
  @IsBoolean()
  @Transform(({ value }) => value === 'true')
  readonly active?: boolean;

  @IsOptional()
  @IsArray()
  @IsString({ each: true })
  @Transform(({ value }) => value.split(','))
  readonly include?: string[];

  @IsOptional()
  @IsInt()
  @Transform(({ value }) => Number(value))
  readonly rounded?: number;

  @IsOptional()
  @IsInt()
  @Type(() => Number)
  readonly forced?: number;

  @IsOptional()
  @IsBoolean()
  @Type(() => Boolean)
  readonly sure?: boolean;
}

const filterOf = (texts: Record<string, unknown>) => {
  const check = compileInput(Filter);
  return { ...Object(check(texts, Object.keys(texts))) };
};

describe('texts of path and query, where a class is declared', () => {
  it.each([
    [{ ids: '1' }, { ids: [1] }],
    [{ ids: ['1', '2'] }, { ids: [1, 2] }],
    [{ flags: ['true', 'false'] }, { flags: [true, false] }],
    [{ flags: 'false' }, { flags: [false] }],
    [{ levels: ['1', '2'] }, { levels: new Set([1, 2]) }],
    [{ any: 'a' }, { any: ['a'] }],
    [{ choice: '2' }, { choice: 2 }],
    [{ choice: 'all' }, { choice: 'all' }],
    [{ level: '1' }, { level: Level.high }],
    [{ page_size: '20' }, { pageSize: 20 }],
    [
      { forced: '7', sure: 'false' },
      { forced: 7, sure: false },
    ],
  ])('are what the class asks for: %j', (texts, expected) => {
    expect(filterOf(texts)).toEqual(expected);
  });

  it.each([
    [{ active: 'true' }, { active: true }],
    [{ active: 'false' }, { active: false }],
    [{ include: 'a,b' }, { include: ['a', 'b'] }],
    [{ rounded: '7' }, { rounded: 7 }],
  ])('are seen by @Transform as they were sent: %j', (texts, expected) => {
    expect(filterOf(texts)).toEqual(expected);
  });

  it.each([['ids'], ['page_size'], ['rounded'], ['forced'], ['levels']])(
    'are refused where they would lose digits as numbers: %s',
    (name) => {
      const refusal = expect.objectContaining({
        violations: [expect.objectContaining({ pointer: `#/${name}`, rule: 'exactNumber' })],
      });

      expect(() => filterOf({ [name]: '9007199254740993' })).toThrow(refusal);
      expect(() => filterOf({ [name]: '12345678901234567890' })).toThrow(refusal);
    },
  );

  it('are refused under the names that they were sent with', () => {
    expect(() => filterOf({ page_size: 'x' })).toThrow(
      expect.objectContaining({ violations: [expect.objectContaining({ pointer: '#/page_size', rule: 'isInt' })] }),
    );
  });

  it('are refused one by one, with the other invalid values', () => {
    expect(() => filterOf({ ids: ['1', '9007199254740993'], level: '7', more: 'x' })).toThrow(
      expect.objectContaining({
        violations: [
          expect.objectContaining({ pointer: '#/ids' }),
          expect.objectContaining({ pointer: '#/level' }),
          expect.objectContaining({ pointer: '#/more' }),
        ],
      }),
    );
  });

  it.each([{ forced: '' }, { forced: '0x10' }, { sure: 'no' }, { sure: '0' }, { flags: ['true', 'no'] }])(
    'are not converted by class-transformer in ways of its own: %j',
    (texts) => {
      expect(() => filterOf(texts)).toThrow(ValidationFailedError);
    },
  );
});

class Sticky {
  @Matches(/[a-z]+/y)
  readonly word!: string;

  @IsOptional()
  @Matches(/[a-z]+/y, { each: true })
  @Transform(({ value }) => value)
  readonly words?: string[];
}

class Computed {
  @IsArray()
  readonly items!: unknown[];

  @Min(1)
  get count(): number {
    return this.items.length;
  }
}

class Conditional {
  @ValidateIf((value) => value.b.c)
  @IsString()
  readonly a!: string;

  @IsObject()
  readonly b!: object;
}

describe('a class whose decorators have ways of their own', () => {
  it('judges every value alike by a sticky pattern', () => {
    const check = compileInput(Sticky);

    for (const word of ['abc', 'abc', 'b', 'ab'])
      expect(check({ word, words: [word, word] }, [])).toMatchObject({ word });
    expect(() => check({ word: '1abc' }, [])).toThrow(ValidationFailedError);
  });

  it.each([
    [Computed, {}, ['#/count', '#/items']],
    [Conditional, { a: 1 }, ['#/a', '#/b']],
  ])('is refused at the members whose getters or conditions throw: %p', (declared, value, pointers) => {
    expect(() => compileInput(declared)(value, [])).toThrow(
      expect.objectContaining({
        cause: expect.any(TypeError),
        violations: pointers.map((pointer) => expect.objectContaining({ pointer })),
      }),
    );
  });
});
