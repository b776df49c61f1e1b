import 'reflect-metadata';
import { Type } from 'class-transformer';
import {
  Allow,
  ArrayNotEmpty,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsDate,
  IsDefined,
  IsDivisibleBy,
  IsEmail,
  IsEnum,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsNumber,
  IsObject,
  IsOptional,
  IsString,
  IsUUID,
  Length,
  Matches,
  Max,
  Min,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import type { JsonSchema } from './json-schema';
import { describeDeclaration } from './in-memory-schema-registry.fixture';

class Line {
  @IsString()
  @IsNotEmpty()
  readonly sku!: string;

  @IsInt()
  @Min(1)
  @Max(99)
  readonly quantity!: number;

  @ValidateNested({ each: true })
  @Type(() => Line)
  @IsOptional()
  readonly parts?: Line[];
}

class Draft {
  @IsEmail()
  readonly mail!: string;

  @IsUUID()
  readonly id!: string;

  @IsArray()
  @ArrayNotEmpty()
  @ValidateNested({ each: true })
  @Type(() => Line)
  readonly lines!: Line[];

  @ValidateNested()
  @Type(() => Line)
  readonly gift!: Line;

  @IsIn(['a', 'b'])
  readonly kind!: string;

  @IsEnum({ low: 1, high: 2 })
  readonly grade!: number;

  @IsString({ each: true })
  readonly tags!: string[];

  @Length(2, 5)
  @Matches(/^[a-z]+$/)
  readonly code!: string;

  @Matches(/^[a-z]+$/i)
  readonly anyCase!: string;

  @IsBoolean()
  @IsOptional()
  readonly isUrgent?: boolean;

  @IsNumber()
  @IsDivisibleBy(5)
  readonly weight!: number;

  @ValidateIf(() => false)
  @IsString()
  readonly sometimes?: string;

  @Allow()
  readonly anything: unknown;
}

describe('the JSON Schema of names', () => {
  it('has strings that are not empty, except for names with a dash', () => {
    expect(describeDeclaration(['a', '-b']).schema).toEqual({
      type: 'object',
      properties: { a: { type: 'string', minLength: 1 }, b: { type: 'string' } },
      required: ['a'],
      additionalProperties: false,
    });
  });
});

describe('the JSON Schema of a class', () => {
  const { schema, schemas } = describeDeclaration(Draft);

  it('is registered under the name of the class, like those of its members', () => {
    expect(schema).toEqual({ $ref: '#/kept/Draft' });
    expect(Object.keys(schemas)).toEqual(['Draft', 'Line']);
  });

  it.each<[string, JsonSchema]>([
    ['mail', { type: 'string', description: 'An email address' }],
    ['id', { type: 'string', format: 'uuid' }],
    ['lines', { type: 'array', minItems: 1, items: { $ref: '#/kept/Line' } }],
    ['gift', { $ref: '#/kept/Line' }],
    ['kind', { enum: ['a', 'b'] }],
    ['grade', { enum: [1, 2] }],
    ['tags', { type: 'array', items: { type: 'string' } }],
    ['code', { type: 'string', minLength: 2, maxLength: 5, pattern: '^[a-z]+$' }],
    ['anyCase', { type: 'string' }],
    ['isUrgent', { type: ['boolean', 'null'] }],
    ['weight', { type: 'number', multipleOf: 5 }],
    ['sometimes', {}],
    ['anything', {}],
  ])('has the keywords of the decorators of a member: %s', (member, expected) => {
    expect(schemas['Draft']?.properties?.[member]).toEqual(expected);
  });

  it('refers to itself if the class does', () => {
    expect(schemas['Line']).toEqual({
      type: 'object',
      properties: {
        sku: { type: 'string', minLength: 1 },
        quantity: { type: 'integer', minimum: 1, maximum: 99 },
        parts: { type: ['array', 'null'], items: { $ref: '#/kept/Line' } },
      },
      required: ['sku', 'quantity'],
      additionalProperties: false,
    });
  });

  it('requires the members that may not be absent, and forbids undeclared ones', () => {
    const optional = ['isUrgent', 'sometimes', 'anything', 'gift'];

    expect(schemas['Draft']?.required).toEqual(
      Object.keys(schemas['Draft']?.properties ?? {}).filter((member) => !optional.includes(member)),
    );
    expect(schemas['Draft']?.['additionalProperties']).toBe(false);
  });
});

enum Level {
  low,
  high,
}

class Forgiving {
  @IsInt()
  readonly page: number = 1;

  @IsDefined()
  readonly sort!: string;

  @IsDate()
  @Type(() => Date)
  readonly since!: Date;

  @IsEnum(Level)
  readonly level!: Level;

  @IsObject({ each: true })
  @ArrayUnique()
  readonly filters!: object[];

  @IsString({ each: true })
  @ArrayUnique()
  readonly tags!: string[];

  @Min(5, { validateIf: (object: Forgiving) => object.page > 1 })
  readonly size!: number;

  @Matches(new RegExp(String.raw`a\-b`))
  readonly code!: string;

  @Allow()
  readonly isOpen!: boolean;
}

describe('the JSON Schema of a class demands no more than the class', () => {
  const input = describeDeclaration(Forgiving, 'input').schemas['Forgiving'];
  const output = describeDeclaration(Forgiving, 'output').schemas['Forgiving'];

  it('does not require members with default values or conditional rules', () => {
    expect(input?.required).toEqual(['sort', 'since', 'level', 'filters', 'tags', 'code']);
  });

  it('accepts the same dates as the class, and describes the serialized text', () => {
    expect(input?.properties?.['since']).toMatchObject({ type: ['string', 'number'] });
    expect(output?.properties?.['since']).toMatchObject({ type: 'string', format: 'date-time' });
  });

  it.each<[string, JsonSchema]>([
    ['level', { enum: ['low', 'high', 0, 1] }],
    ['filters', { type: 'array', items: { type: 'object' } }],
    ['tags', { type: 'array', uniqueItems: true, items: { type: 'string' } }],
    ['size', {}],
    ['code', { type: 'string' }],
    ['isOpen', {}],
  ])('has only the keywords that the rules imply by themselves: %s', (member, expected) => {
    expect(input?.properties?.[member]).toEqual(expected);
  });
});
