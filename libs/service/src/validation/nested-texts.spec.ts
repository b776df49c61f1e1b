import 'reflect-metadata';
import { IsBoolean, IsInt, IsOptional, ValidateNested } from 'class-validator';
import { Type } from 'class-transformer';
import { z } from 'zod';
import { createNestedTextConverter } from './nested-texts';

class Line {
  @IsInt()
  quantity!: number;

  @IsOptional()
  @IsBoolean()
  gift?: boolean;
}

class Order {
  @ValidateNested({ each: true })
  @Type(() => Line)
  lines!: Line[];
}

interface Tree {
  readonly value: number;
  readonly below?: Tree[] | undefined;
}

const tree: z.ZodType<Tree> = z.strictObject({
  value: z.int(),
  get below() {
    return z.array(tree).optional();
  },
});

describe('the conversion of nested texts', () => {
  it.each([
    ['of a class', Order, { lines: { quantity: '2', gift: 'true' } }, { lines: [{ quantity: 2, gift: true }] }],
    ['of a schema', z.object({ a: z.object({ n: z.number() }) }), { a: { n: '1.5' } }, { a: { n: 1.5 } }],
    [
      'of a recursive schema',
      z.object({ root: tree }),
      { root: { value: '1', below: { value: '2' } } },
      { root: { value: 1, below: [{ value: 2 }] } },
    ],
    [
      'of values of any name',
      z.object({ a: z.record(z.string(), z.int()) }),
      { a: { x: '1', y: '2' } },
      { a: { x: 1, y: 2 } },
    ],
    ['that may be null', z.object({ a: z.object({ n: z.int().nullable() }) }), { a: { n: '1' } }, { a: { n: 1 } }],
  ])('goes by the types %s', (_which, declared, value, converted) => {
    expect(createNestedTextConverter(declared)(value, Object.keys(value))).toEqual(converted);
  });

  it.each([
    ['a text where texts are accepted', z.object({ a: z.object({ n: z.union([z.string(), z.int()]) }) }), { n: '1' }],
    ['a number that would lose digits', z.object({ a: z.object({ n: z.number() }) }), { n: '9007199254740993' }],
    ['an unknown member', z.object({ a: z.object({}) }), { n: '1' }],
  ])('leaves %s', (_which, declared, a) => {
    expect(createNestedTextConverter(declared)({ a }, ['a'])).toEqual({ a });
  });

  it('leaves members of a body, texts and instances of classes', () => {
    const convert = createNestedTextConverter(z.object({ a: z.any(), b: z.object({ n: z.int() }) }));
    const value = { a: 'x', b: { n: '1' }, c: new Date(0) };

    expect(convert(value, ['a', 'c'])).toBe(value);
  });
});
