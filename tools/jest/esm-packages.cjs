// Names of the installed packages that are ES modules: jest on Node 20 and 22 can only run them when they are compiled to CommonJS.
const { readFileSync, existsSync } = require('node:fs');
const { join } = require('node:path');

module.exports = function esmPackages(root) {
  const lock = JSON.parse(readFileSync(join(root, 'node_modules', '.package-lock.json'), 'utf8'));
  const names = new Set();
  for (const [path, info] of Object.entries(lock.packages)) {
    const file = join(root, path, 'package.json');
    if (info.link || !path.includes('node_modules/') || !existsSync(file)) continue;
    const isModule = JSON.parse(readFileSync(file, 'utf8')).type === 'module';
    if (isModule) names.add(path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length));
  }
  return [...names].sort();
};
