// A receiver of webhooks as others write it: node:http, and the package that
// Standard Webhooks offers for Node.  It keeps a line of JSON for each request.
//
// usage: NODE_PATH=... node receiver.js SECRET FILE     prints its port
const fs = require('fs');
const http = require('http');
const { Webhook } = require('standardwebhooks');

const [secret, file] = process.argv.slice(2);
const webhook = new Webhook(secret);

const server = http.createServer((request, response) => {
  const pieces = [];
  request.on('data', (piece) => pieces.push(piece));
  request.on('end', () => {
    const body = Buffer.concat(pieces).toString();
    const { method, headers } = request;
    const kept = { method, headers, body };
    try {
      kept.value = webhook.verify(body, headers);
    } catch (error) {
      kept.refused = error.message;
    }
    fs.appendFileSync(file, JSON.stringify(kept) + '\n');
    response.writeHead(kept.refused ? 401 : 204).end();
  });
});

server.listen(0, '127.0.0.1', () => console.log(server.address().port));
