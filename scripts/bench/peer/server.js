// peer: thoughts, entries of journals and tasks as the seed's own stack would serve them: Express, a pg pool, jsonwebtoken; the
// same schema, the same event row in the same transaction, the token checked at each request.
'use strict';

const crypto = require('node:crypto');
const fs = require('node:fs');
const express = require('express');
const jwt = require('jsonwebtoken');
const { Pool } = require('pg');

const pool = new Pool({ host: process.env.PEER_SOCKET, database: 'aurora', user: process.env.PEER_ROLE, max: 16 });
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
    req.sessionId = claims.sid;
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
      `INSERT INTO thoughts.thoughts (user_id, id, text, tags, pinned, captured_at, tsv)
       VALUES ($1, $2, $3, '{}', false, now(), thoughts.words($3)) RETURNING ${columns}`, [req.userId, uuidv7(), text]);
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

const entryColumns = ['id', 'journal_id', 'title', 'content', "to_char(e.entry_date, 'YYYY-MM-DD') AS entry_date", 'time_zone', 'mood', 'tags',
  'word_count', 'attachments', 'author_id', 'revision', 'created_at', 'updated_at', 'version']
  .map((column) => (column.includes(' ') ? column : `e.${column}`)).join(', ');
const readable = `journals.members m
  JOIN journals.journals j ON j.user_id = m.owner_id AND j.id = m.journal_id AND j.deleted_at IS NULL
  JOIN journals.entries e ON e.user_id = m.owner_id AND e.journal_id = m.journal_id AND e.deleted_at IS NULL`;

app.get('/api/journals/:journal/entries', async (req, res) => {
  const limit = Math.min(Number(req.query.limit) || 50, 200);
  const result = await pool.query(
    `SELECT ${entryColumns} FROM ${readable} WHERE m.user_id = $1 AND m.journal_id = $2
     ORDER BY e.entry_date DESC, e.id DESC LIMIT $3`, [req.userId, req.params.journal, limit]);
  res.json({ items: result.rows, next_cursor: null });
});

app.get('/api/journals/:journal/entries/:id', async (req, res) => {
  const result = await pool.query(
    `SELECT ${entryColumns} FROM ${readable} WHERE m.user_id = $1 AND m.journal_id = $2 AND e.id = $3`,
    [req.userId, req.params.journal, req.params.id]);
  if (result.rows.length === 0) return res.status(404).json({ error: 'not found' });
  res.json(result.rows[0]);
});

app.patch('/api/journals/:journal/entries/:id', async (req, res) => {
  const { content } = req.body;
  if (typeof content !== 'string' || content.length > 1048576) {
    return res.status(422).json({ error: 'content must have at most 1 MiB' });
  }
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const found = await client.query(
      `SELECT e.*, m.role FROM ${readable} WHERE m.user_id = $1 AND m.journal_id = $2 AND e.id = $3 FOR UPDATE OF e`,
      [req.userId, req.params.journal, req.params.id]);
    const old = found.rows[0];
    if (!old || old.role === 'viewer') {
      await client.query('ROLLBACK');
      return res.status(old ? 403 : 404).json({ error: 'not to be written' });
    }
    const continued = old.revision > 1 && old.session_id === req.sessionId && Date.now() - old.revised_at < 600000;
    if (!continued) {
      await client.query(
        `INSERT INTO journals.versions (user_id, entry_id, n, author_id, title, content, word_count, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
        [old.user_id, old.id, old.revision, old.author_id, old.title, old.content, old.word_count, old.revised_at, old.updated_at]);
    }
    const saved = await client.query(
      `UPDATE journals.entries e SET content = $3, author_id = $4, session_id = $5, word_count = $6, version = version + 1,
         revision = revision + $7, revised_at = CASE WHEN $7 = 1 THEN now() ELSE revised_at END, updated_at = now()
       WHERE user_id = $1 AND id = $2 RETURNING ${entryColumns}`,
      [old.user_id, old.id, content, req.userId, req.sessionId, content.split(/\s+/).filter(Boolean).length, continued ? 0 : 1]);
    const entry = saved.rows[0];
    await client.query("SELECT bus.publish('EntryUpdated', $1, $2, $3, $4)",
      [old.user_id, entry.id, entry.version, JSON.stringify(entry)]);
    await client.query('COMMIT');
    res.json(entry);
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  } finally {
    client.release();
  }
});

const taskColumns = ['id', 'title', 'notes', 'category_id', 'priority', 'tags', 'parent_id', 'position', 'due', 'starts', 'recurrence',
  'reminders', 'completed', 'completed_at', 'snoozed_until', 'progress', 'created_at', 'updated_at', 'version'].join(', ');

app.get('/api/tasks', async (req, res) => {
  const limit = Math.min(Number(req.query.limit) || 50, 200);
  const result = await pool.query(
    `SELECT ${taskColumns} FROM planning.task_list
     WHERE user_id = $1 AND deleted_at IS NULL AND completed_at IS NULL ORDER BY due_at, id LIMIT $2`, [req.userId, limit]);
  res.json({ items: result.rows, next_cursor: null });
});

app.get('/api/tasks/:id', async (req, res) => {
  const result = await pool.query(
    `SELECT ${taskColumns} FROM planning.task_list WHERE user_id = $1 AND id = $2 AND deleted_at IS NULL`, [req.userId, req.params.id]);
  if (result.rows.length === 0) return res.status(404).json({ error: 'not found' });
  res.json(result.rows[0]);
});

// A write of a task and its event, in one transaction.
async function writeTask(res, status, type, sql, parameters) {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const written = await client.query(sql, parameters);
    const task = written.rows[0];
    if (!task) {
      await client.query('ROLLBACK');
      return res.status(404).json({ error: 'not found' });
    }
    await client.query('SELECT bus.publish($1, $2, $3, $4, $5)', [type, parameters[0], task.id, task.version, JSON.stringify(task)]);
    await client.query('COMMIT');
    res.status(status).json(task);
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  } finally {
    client.release();
  }
}

const written = taskColumns.replace('progress, ', '');

app.post('/api/tasks', async (req, res) => {
  const { title, notes, priority, due } = req.body;
  if (typeof title !== 'string' || title.length < 1 || title.length > 500) {
    return res.status(422).json({ error: 'title must have 1 to 500 characters' });
  }
  await writeTask(res, 201, 'TaskCreated',
    `INSERT INTO planning.tasks (user_id, id, title, notes, priority, due, due_at, late_at)
     VALUES ($1, $2, $3, $4, $5, $6, planning.time_instant($6, 'UTC'), planning.time_late($6, 'UTC')) RETURNING ${written}`,
    [req.userId, uuidv7(), title, notes, priority, due]);
});

app.patch('/api/tasks/:id/complete', async (req, res) => {
  const done = req.body.completed !== false;
  await writeTask(res, 200, done ? 'TaskCompleted' : 'TaskReopened',
    `UPDATE planning.tasks SET completed_at = CASE WHEN $3 THEN now() END, version = version + 1, updated_at = now()
     WHERE user_id = $1 AND id = $2 AND deleted_at IS NULL RETURNING ${written}`, [req.userId, req.params.id, done]);
});

app.listen(Number(process.env.PEER_PORT), '127.0.0.1');
