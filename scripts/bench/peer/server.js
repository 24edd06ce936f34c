// peer: thoughts as the seed's own stack would serve them: Express, a pg pool, jsonwebtoken; the same schema, the same
// event row in the same transaction, the token checked at each request.
'use strict';

const crypto = require('node:crypto');
const fs = require('node:fs');
const express = require('express');
const jwt = require('jsonwebtoken');
const { Pool } = require('pg');

const pool = new Pool({ host: process.env.PEER_SOCKET, database: 'aurora', user: 'thoughts', max: 16 });
const publicKey = fs.readFileSync(process.env.PEER_PUBLIC_KEY, 'utf8');
const columns = 'id, text, tags, pinned, captured_at, created_at, updated_at, version';

function uuidv7() {
  const bytes = crypto.randomBytes(16);
  bytes.writeUIntBE(Date.now(), 0, 6);
  bytes[6] = (bytes[6] & 0x0f) | 0x70;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function authenticate(req, res, next) {
  const token = (req.headers.authorization || '').replace(/^Bearer /, '');
  jwt.verify(token, publicKey, { algorithms: ['ES256'], audience: 'aurora' }, (error, claims) => {
    if (error) return res.status(401).json({ error: 'unauthorized' });
    req.userId = claims.sub;
    next();
  });
}

const app = express();
app.use(express.json());
app.use(authenticate);

app.get('/api/thoughts', async (req, res) => {
  const limit = Math.min(Number(req.query.limit) || 50, 200);
  const result = await pool.query(
    `SELECT ${columns} FROM thoughts.thoughts
     WHERE user_id = $1 AND deleted_at IS NULL ORDER BY id DESC LIMIT $2`, [req.userId, limit]);
  res.json({ items: result.rows, next_cursor: null });
});

app.get('/api/thoughts/:id', async (req, res) => {
  const result = await pool.query(
    `SELECT ${columns} FROM thoughts.thoughts
     WHERE user_id = $1 AND id = $2 AND deleted_at IS NULL`, [req.userId, req.params.id]);
  if (result.rows.length === 0) return res.status(404).json({ error: 'not found' });
  res.json(result.rows[0]);
});

app.post('/api/thoughts', async (req, res) => {
  const { text } = req.body;
  if (typeof text !== 'string' || text.length < 1 || text.length > 20000) {
    return res.status(422).json({ error: 'text must have 1 to 20,000 characters' });
  }
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const inserted = await client.query(
      `INSERT INTO thoughts.thoughts (user_id, id, text, tags, pinned, captured_at)
       VALUES ($1, $2, $3, '{}', false, now()) RETURNING ${columns}`, [req.userId, uuidv7(), text]);
    const thought = inserted.rows[0];
    await client.query("SELECT bus.publish('ThoughtCreated', $1, $2, $3, $4)",
      [req.userId, thought.id, thought.version, JSON.stringify(thought)]);
    await client.query('COMMIT');
    res.status(201).location(`/api/thoughts/${thought.id}`).json(thought);
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  } finally {
    client.release();
  }
});

app.listen(Number(process.env.PEER_PORT), '127.0.0.1');
