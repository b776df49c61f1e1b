import { ValidationFailedError } from '@trunkline/failures';
import { z } from 'zod';
import { checkOfSchema } from './standard-schema';

const search = z.object({ q: z.string(), page: z.number().int().min(1).default(1), open: z.boolean().optional() });

describe('an input declared by a Standard Schema', () => {
  it('is what the schema makes of it', () => {
    expect(checkOfSchema(search)({ q: 'x' }, [])).toEqual({ q: 'x', page: 1 });
  });

  it('reports every issue with its pointer', () => {
    const nested = z.object({ items: z.array(z.object({ sku: z.string() })), name: z.string() });

    const refuse = () => checkOfSchema(nested)({ items: [{ sku: 'A' }, {}] }, []);

    expect(refuse).toThrow(
      expect.objectContaining({
        violations: [
          expect.objectContaining({ pointer: '#/items/1/sku' }),
          expect.objectContaining({ pointer: '#/name' }),
        ],
      }),
    );
  });

  it('names each member that a strict schema does not know by its own pointer', () => {
    const strict = z.strictObject({ items: z.array(z.strictObject({ sku: z.string() })) });

    const refuse = () => checkOfSchema(strict)({ items: [{ sku: 'A', toString: 1 }], extra: 1, more: 2 }, []);

    expect(refuse).toThrow(
      expect.objectContaining({
        violations: [
          expect.objectContaining({ pointer: '#/extra', detail: 'extra is not known here' }),
          expect.objectContaining({ pointer: '#/items/0/toString' }),
          expect.objectContaining({ pointer: '#/more' }),
        ],
      }),
    );
  });

  it('converts texts of path and query where the schema takes them as numbers or booleans', () => {
    expect(checkOfSchema(search)({ q: '5', page: '2', open: 'false' }, ['q', 'page', 'open'])).toEqual({
      q: '5',
      page: 2,
      open: false,
    });
  });

  it('says what the schema says of a text that is no number', () => {
    expect(() => checkOfSchema(search)({ q: 'x', page: 'two' }, ['page'])).toThrow(ValidationFailedError);
  });

  it('never converts values of a body', () => {
    expect(() => checkOfSchema(search)({ q: 'x', page: '2' }, [])).toThrow(ValidationFailedError);
  });

  it('waits for a schema that is asynchronous', async () => {
    const known = z.object({ id: z.string().refine(async (id) => id === 'A') });

    await expect(checkOfSchema(known)({ id: 'A' }, [])).resolves.toEqual({ id: 'A' });
    await expect(checkOfSchema(known)({ id: 'B' }, [])).rejects.toBeInstanceOf(ValidationFailedError);
  });
});
