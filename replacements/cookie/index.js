// light-my-request asks for a version that wants Node 22, and uses nothing of it that this one lacks.
module.exports = require('cookie-of-node-20');
