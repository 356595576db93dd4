// The same job in Node: one process, the appends in a queue, one after the
// other.  The ids that are known are a Set, read from the sheet at the start.
// With LEADS_SYNC=1 the rows are on the disk before the answer.
'use strict';
const crypto = require('node:crypto');
const fs = require('node:fs');
const http = require('node:http');

const { LEADS_DIR, LEADS_SECRET, LEADS_SYNC, LEADS_SOCKET } = process.env;
const LEAD = ['urn', 'full_name', 'headline', 'company_name', 'job_title',
  'location', 'linkedin_url', 'engagement_type', 'signal_name',
  'reaction_type', 'comment_text', 'connections', 'followers', 'industry',
  'company_size', 'post_id'];
const known = new Set(LEAD);
const COLUMNS = ['received_at', 'delivery_id', 'timestamp', ...LEAD,
  'post_url', 'post_text', 'post_date', 'extra'];

const path = `${LEADS_DIR}/leads.csv`;
const seen = new Set();
if (!fs.existsSync(path)) fs.writeFileSync(path, COLUMNS.join(',') + '\r\n');
for (const m of fs.readFileSync(path, 'utf8').matchAll(/^[^,\n]*,([\w-]+),/gm))
  seen.add(m[1]);
const sheet = fs.openSync(path, 'a');

function isSigned(body, signature) {
  const digest = crypto.createHmac('sha256', LEADS_SECRET).update(body)
    .digest('hex');
  return signature.length === digest.length &&
    crypto.timingSafeEqual(Buffer.from(signature), Buffer.from(digest));
}

function cell(value) {
  if (value === undefined || value === null) return '';
  const text = typeof value === 'object' ? JSON.stringify(value) : `${value}`;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function rows(delivery) {
  const posts = new Map((delivery.data.posts ?? []).map((p) => [p.id, p]));
  const now = new Date().toISOString().slice(0, 19).replace('T', ' ');
  let out = '';
  for (const lead of delivery.data.leads) {
    const post = posts.get(lead.post_id) ?? {};
    const extra = Object.entries(lead).filter(([name]) => !known.has(name));
    out += [now, delivery.delivery_id, delivery.timestamp,
      ...LEAD.map((name) => lead[name]), post.url, post.text, post.date,
      extra.length > 0 ? Object.fromEntries(extra) : null].map(cell).join(',');
    out += '\r\n';
  }
  return out;
}

const call = (f, ...args) => new Promise((done, failed) =>
  f(...args, (e, n) => e ? failed(e) : done(n)));

let queue = Promise.resolve();

function append(text) {
  const mine = queue.then(async () => {
    const bytes = Buffer.from(text);
    if (await call(fs.write, sheet, bytes) !== bytes.length)
      throw new Error('a short write');
    if (LEADS_SYNC === '1') await call(fs.fdatasync, sheet);
  });
  queue = mine.catch(() => {});
  return mine;
}

async function receive(body, signature) {
  if (!isSigned(body, signature)) return [401, 'bad signature'];
  let delivery, text;
  try {
    delivery = JSON.parse(body);
    delivery.delivery_id ||= crypto.createHash('sha256').update(body)
      .digest('hex');
    text = rows(delivery);
  } catch {
    return [400, 'no delivery'];
  }
  if (seen.has(delivery.delivery_id)) return [200, 'duplicate'];
  seen.add(delivery.delivery_id);
  try {
    await append(text);
  } catch {
    seen.delete(delivery.delivery_id);
    return [503, 'not kept'];
  }
  return [200, 'stored'];
}

const server = http.createServer((request, response) => {
  const pieces = [];
  request.on('data', (piece) => pieces.push(piece));
  request.on('end', async () => {
    const [status, what] = await receive(Buffer.concat(pieces),
      request.headers['x-webhook-signature'] ?? '');
    response.writeHead(status, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify({ status: what }));
  });
});
// Longer than nginx keeps a connection.
server.keepAliveTimeout = 120000;
server.listen(LEADS_SOCKET);
