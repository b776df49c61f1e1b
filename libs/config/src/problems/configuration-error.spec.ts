import { ConfigurationError, EX_CONFIG } from './configuration-error';
import type { ConfigProblem } from './config-problem';

const problem = (file: string, line: number, column: number): ConfigProblem => {
  return { file, line, column, path: 'bus.name', message: 'expected text, got 5' };
};

describe('a configuration error', () => {
  it('lists the problems by file, line and column, and counts them', () => {
    const error = new ConfigurationError([
      problem('b', 1, 1),
      problem('a', 10, 1),
      problem('a', 9, 2),
      problem('a', 9, 1),
    ]);

    expect(error.message.split('\n')).toEqual([
      'a:9:1  bus.name  expected text, got 5',
      'a:9:2  bus.name  expected text, got 5',
      'a:10:1  bus.name  expected text, got 5',
      'b:1:1  bus.name  expected text, got 5',
      '4 problems in the configuration',
    ]);
    expect(error.problems.map(({ line }) => line)).toEqual([9, 9, 10, 1]);
  });

  it('omits the path of a problem with a whole file', () => {
    const error = new ConfigurationError([{ ...problem('a', 1, 1), path: '' }]);

    expect(error.message).toBe('a:1:1  expected text, got 5\n1 problem in the configuration');
  });

  it('has the exit code EX_CONFIG', () => {
    expect(new ConfigurationError([problem('a', 1, 1)]).exitCode).toBe(EX_CONFIG);
    expect(EX_CONFIG).toBe(78);
  });
});
