import { Type } from 'class-transformer';
import {
  Allow,
  ArrayNotEmpty,
  IsArray,
  IsBoolean,
  IsDivisibleBy,
  IsEmail,
  IsEnum,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsNumber,
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
import { z } from 'zod';
import type { ShapeDeclaration } from '../declaration';
import type { Direction, JsonSchema, SchemaNames } from './json-schema';
import { jsonSchemaOf } from './schema-of';

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
  @IsDivisibleBy(0.5)
  readonly weight!: number;

  @ValidateIf(() => false)
  @IsString()
  readonly sometimes?: string;

  @Allow()
  readonly anything: unknown;
}

/** Schemas by name, as a document would keep them. */
class Names implements SchemaNames {
  readonly schemas: Record<string, JsonSchema> = {};
  define({ name }: { readonly name: string }, make: (ref: string) => JsonSchema): JsonSchema {
    const ref = `#/kept/${name}`;
    if (!(name in this.schemas)) {
      this.schemas[name] = {};
      this.schemas[name] = make(ref);
    }
    return { $ref: ref };
  }
}

function described(declared: ShapeDeclaration, direction: Direction = 'input') {
  const names = new Names();
  return { schema: jsonSchemaOf(declared, { direction, name: 'Thing', names }), schemas: names.schemas };
}

describe('the JSON Schema of names', () => {
  it('has strings that are not empty, unless there is a dash', () => {
    expect(described(['a', '-b']).schema).toEqual({
      type: 'object',
      properties: { a: { type: 'string', minLength: 1 }, b: { type: 'string' } },
      required: ['a'],
      additionalProperties: false,
    });
  });
});

describe('the JSON Schema of a class', () => {
  const { schema, schemas } = described(Draft);

  it('is kept under the name of the class, and so are those of its members', () => {
    expect(schema).toEqual({ $ref: '#/kept/Draft' });
    expect(Object.keys(schemas)).toEqual(['Draft', 'Line']);
  });

  it.each<[string, JsonSchema]>([
    ['mail', { type: 'string', format: 'email' }],
    ['id', { type: 'string', format: 'uuid' }],
    ['lines', { type: 'array', minItems: 1, items: { $ref: '#/kept/Line' } }],
    ['gift', { $ref: '#/kept/Line' }],
    ['kind', { enum: ['a', 'b'] }],
    ['grade', { enum: [1, 2] }],
    ['tags', { type: 'array', items: { type: 'string' } }],
    ['code', { type: 'string', minLength: 2, maxLength: 5, pattern: '^[a-z]+$' }],
    ['anyCase', { type: 'string' }],
    ['isUrgent', { type: ['boolean', 'null'] }],
    ['weight', { type: 'number', multipleOf: 0.5 }],
    ['sometimes', {}],
    ['anything', {}],
  ])('says of a member what its decorators do: %s', (member, expected) => {
    expect(schemas['Draft']?.properties?.[member]).toEqual(expected);
  });

  it('refers to itself where the class does', () => {
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

  it('requires what may not be left out, and refuses what is not declared', () => {
    const optional = ['isUrgent', 'sometimes', 'anything'];

    expect(schemas['Draft']?.required).toEqual(
      Object.keys(schemas['Draft']?.properties ?? {}).filter((member) => !optional.includes(member)),
    );
    expect(schemas['Draft']?.['additionalProperties']).toBe(false);
  });
});

describe('the JSON Schema of a Standard Schema', () => {
  const priced = z.object({ price: z.number().default(1), until: z.date().optional() });

  it('is what the schema says of itself, for what it takes and for what it gives', () => {
    expect(described(priced, 'input').schemas['ThingInput']).toMatchObject({
      properties: { price: { type: 'number', default: 1 }, until: {} },
    });
    expect(described(priced, 'output').schemas['ThingOutput']).toMatchObject({ required: ['price'] });
  });

  it('refers to itself at the place where it is kept', () => {
    const tree = z.object({
      get children() {
        return z.array(tree);
      },
    });

    expect(described(tree).schemas['ThingInput']?.properties?.['children']).toEqual({
      type: 'array',
      items: { $ref: '#/kept/ThingInput' },
    });
  });

  it('is anything where the schema says nothing of itself', () => {
    const silent = { '~standard': { version: 1, vendor: 'own', validate: (value: unknown) => ({ value }) } } as const;

    expect(described(silent).schema).toEqual({});
  });
});
