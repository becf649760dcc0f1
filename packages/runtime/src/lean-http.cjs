/**
 * Loaded before a process’s own code (`--require`), it takes three classes from node:http that nothing here uses. Whoever imports node:http
 * as an ES module reads all that it exports, and reading one of these loads Node’s own undici: 54 ms of the second that a start may take.
 */
const http = require('node:http');

for (const name of ['WebSocket', 'CloseEvent', 'MessageEvent']) delete http[name];
