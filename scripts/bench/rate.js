// rate: creates thoughts at a steady rate, each request at its own time whatever the others do.
// usage: node rate.js PORT FILE-OF-TOKENS PER-SECOND SECONDS
'use strict';

const fs = require('node:fs');
const http = require('node:http');

const [port, file, perSecond, seconds] = process.argv.slice(2).map((v, i) => (i === 1 ? v : Number(v)));
const tokens = fs.readFileSync(file, 'utf8').trim().split('\n').map((line) => line.split(' ')[0]);
const agent = new http.Agent({ keepAlive: true, maxSockets: 32 });
const body = JSON.stringify({ text: 'Measured: how long until a thought that was just written can be found?' });
const total = perSecond * seconds;
const start = process.hrtime.bigint();
let sent = 0;
let failed = 0;
let answered = 0;

function create() {
  const req = http.request({
    host: '127.0.0.1', port, agent, method: 'POST', path: '/api/thoughts',
    headers: {
      authorization: `Bearer ${tokens[sent % tokens.length]}`,
      'content-type': 'application/json', 'content-length': Buffer.byteLength(body),
    },
  }, (res) => {
    if (res.statusCode !== 201) failed += 1;
    res.resume().on('end', finish);
  });
  req.on('error', () => { failed += 1; finish(); });
  req.end(body);
}

function finish() {
  answered += 1;
  if (answered < total) return;
  const took = Number(process.hrtime.bigint() - start) / 1e9;
  console.log(`${(total / took).toFixed(0)} ${failed}`);
  agent.destroy();
}

const timer = setInterval(() => {
  const due = Math.min(total, Math.floor((Number(process.hrtime.bigint() - start) / 1e9) * perSecond));
  for (; sent < due; sent += 1) create();
  if (sent === total) clearInterval(timer);
}, 2);
