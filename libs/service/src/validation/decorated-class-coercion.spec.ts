import { ValidationFailedError } from '@trunkline/failures';
import { Expose, Transform, Type } from 'class-transformer';
import {
  ArrayNotEmpty,
  IsArray,
  IsBoolean,
  IsEnum,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  Min,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { compileInputValidator } from './compile-validator';

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

const coerceFilter = (texts: Record<string, unknown>) => {
  const check = compileInputValidator(Filter);
  return { ...Object(check(texts, Object.keys(texts))) };
};

describe('texts of path and query for a declared class', () => {
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
  ])('are coerced to the types of the class: %j', (texts, expected) => {
    expect(coerceFilter(texts)).toEqual(expected);
  });

  it.each([
    [{ active: 'true' }, { active: true }],
    [{ active: 'false' }, { active: false }],
    [{ include: 'a,b' }, { include: ['a', 'b'] }],
    [{ rounded: '7' }, { rounded: 7 }],
  ])('reach @Transform unchanged: %j', (texts, expected) => {
    expect(coerceFilter(texts)).toEqual(expected);
  });

  it.each([['ids'], ['page_size'], ['rounded'], ['forced'], ['levels']])(
    'are rejected if they would lose digits as numbers: %s',
    (name) => {
      const refusal = expect.objectContaining({
        violations: [expect.objectContaining({ pointer: `#/${name}`, rule: 'exactNumber' })],
      });

      expect(() => coerceFilter({ [name]: '9007199254740993' })).toThrow(refusal);
      expect(() => coerceFilter({ [name]: '12345678901234567890' })).toThrow(refusal);
    },
  );

  it('are rejected with pointers to the names that were sent', () => {
    expect(() => coerceFilter({ page_size: 'x' })).toThrow(
      expect.objectContaining({ violations: [expect.objectContaining({ pointer: '#/page_size', rule: 'isInt' })] }),
    );
  });

  it('are rejected one by one, together with the other invalid values', () => {
    expect(() => coerceFilter({ ids: ['1', '9007199254740993'], level: '7', more: 'x' })).toThrow(
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
    'are not converted by the rules of class-transformer: %j',
    (texts) => {
      expect(() => coerceFilter(texts)).toThrow(ValidationFailedError);
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

class Parts {
  @ValidateNested({ each: true })
  @Type(() => Filter)
  readonly parts!: Filter[];
}

describe('a class with unusual decorators', () => {
  it('treats every value alike with a sticky pattern', () => {
    const check = compileInputValidator(Sticky);

    for (const word of ['abc', 'abc', 'b', 'ab'])
      expect(check({ word, words: [word, word] }, [])).toMatchObject({ word });
    expect(() => check({ word: '1abc' }, [])).toThrow(ValidationFailedError);
  });

  it.each([
    [Computed, {}, ['#/count', '#/items']],
    [Conditional, { a: 1 }, ['#/a', '#/b']],
  ])('rejects a value at the members whose getters or conditions throw: %p', (declared, value, pointers) => {
    expect(() => compileInputValidator(declared)(value, [])).toThrow(
      expect.objectContaining({
        cause: expect.any(TypeError),
        violations: pointers.map((pointer) => expect.objectContaining({ pointer })),
      }),
    );
  });

  it('reports each of thousands of members whose transformation throws', () => {
    const parts = Array.from({ length: 2_000 }, (_, index) => ({ include: index }));
    let refusal: unknown;
    try {
      compileInputValidator(Parts)({ parts }, []);
    } catch (thrown) {
      refusal = thrown;
    }

    expect(refusal).toHaveProperty('cause.errors.length', 10);
    expect(refusal).toHaveProperty('violations.length', 2_000);
    expect(refusal).toHaveProperty(['violations', 1_999, 'pointer'], '#/parts/1999/include');
  });
});
