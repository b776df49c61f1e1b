import type { ServiceConstructor } from './service-types';
import { SERVICE_METADATA } from './bus-service';
import { findDeclarationMistakes } from './declaration-mistakes';
import { PACKAGE_COPY } from '../package-copy';
import { Service } from '../service';
import { ServiceRegistry } from '../registry/service-registry';

/** As JavaScript declares it: whatever it likes. */
function declare(
  options: object,
  serviceClass: unknown = class extends Service {
    handle() {}
  },
) {
  Reflect.defineMetadata(SERVICE_METADATA, { name: 'a.b', ...options }, serviceClass as object);
  return serviceClass as ServiceConstructor;
}

class WithField extends Service {
  override handle = () => undefined;
}
class Elsewhere {
  static readonly [PACKAGE_COPY] = { directory: '/elsewhere/node_modules/trunkline' };
}

describe('the declaration of a service', () => {
  it.each([
    [{}],
    [
      {
        input: 'id',
        output: ['a', '-b'],
        timeout: '5s',
        description: 'x',
        errors: { GONE: { status: 410, title: 'x' } },
      },
    ],
    [{ input: class {}, timeout: 500, output: undefined }],
  ])('is valid: %j', (options) => {
    expect(findDeclarationMistakes(declare(options))).toEqual([]);
  });

  it.each([
    [{ inputs: 'id' }, 'unknown key inputs, did you mean `input`?'],
    [{ timeout: 'soon' }, /^timeout is invalid: expected milliseconds or a duration .* got "soon"$/],
    [{ timeout: -1 }, /^timeout is invalid/],
    [{ input: 5 }, /^input is invalid: an input or output is .* not number$/],
    [{ output: ['a', 'a'] }, /^output is invalid/],
    [{ description: 5 }, 'description must be a string, not number'],
    [{ errors: ['GONE'] }, 'errors must be { CODE: { status, title } }, not object'],
    [{ errors: { gone: { status: 410, title: 'x' } } }, /^errors has gone/],
    [{ errors: { GONE: { status: 200, title: 'x' } } }, /^errors has GONE/],
  ])('has a mistake: %j', (options, mistake) => {
    const mistakes = findDeclarationMistakes(declare(options));

    expect(mistakes).toEqual([typeof mistake === 'string' ? mistake : expect.stringMatching(mistake)]);
  });

  it('has all its mistakes reported', () => {
    expect(findDeclarationMistakes(declare({ inputs: 'id', timeout: 'soon' }, class {}))).toHaveLength(3);
  });

  it.each([
    [class extends (Service as unknown as new () => object) {}, 'the class has no handle()'],
    [
      class {
        handle() {}
      },
      'the class does not extend Service',
    ],
    [
      class extends Elsewhere {},
      /another copy of trunkline, in \/elsewhere\/.*; this bus runs the copy in \/.*service/,
    ],
  ])('is invalid for a class that is not a service', (serviceClass, mistake) => {
    expect(findDeclarationMistakes(declare({}, serviceClass))).toEqual([
      typeof mistake === 'string' ? mistake : expect.stringMatching(mistake),
    ]);
  });

  it('is valid for a class whose handle is a field or inherited', () => {
    expect(findDeclarationMistakes(declare({}, WithField))).toEqual([]);
    expect(findDeclarationMistakes(declare({}, class extends WithField {}))).toEqual([]);
  });

  it('is rejected by the registry when it has a mistake', () => {
    expect(() => new ServiceRegistry().add(declare({ timeout: 'soon' }))).toThrow(
      /the service a\.b .*timeout is invalid/,
    );
  });
});
