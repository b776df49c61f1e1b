// light-my-request requires a version that needs Node 22, but uses only what this version has.
module.exports = require('cookie-of-node-20');
