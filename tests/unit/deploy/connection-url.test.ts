import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connectionUrl } from '../../../local/database/connection-url.ts'

const added = (url: string): string => connectionUrl(url).slice(url.length)

test('a database at a public address is spoken to encrypted, although the URL does not ask for it', () => {
  for (const host of ['db.abc.supabase.co', 'aws-0-eu-west-3.pooler.supabase.com:5432', '172.40.1.1', '[2001:db8::1]'])
    assert.equal(added(`postgresql://postgres.abc:p%23w@${host}/postgres`), '?sslmode=require&uselibpqcompat=true')
})

test('on the machine itself, at home and in a private network a server needs no certificate', () => {
  for (const host of [
    '127.0.0.1:5432',
    'localhost',
    'postgres',
    'db.internal',
    '192.168.1.4',
    '172.20.0.2',
    '[::1]:5432',
    '[fdaa:0:1::3]',
  ])
    assert.equal(added(`postgresql://vigie:p@${host}/vigie`), '')
})

test('what the URL asks for means what it means to psql', () => {
  assert.equal(added('postgresql://a@db.example.org/x?sslmode=disable'), '&uselibpqcompat=true')
  assert.equal(added('postgresql://a@127.0.0.1/x?sslmode=require'), '&uselibpqcompat=true')
  assert.equal(added('postgresql://a@db.example.org/x?sslmode=no-verify'), '')
})

test('what is no such URL is refused without being repeated', () => {
  for (const url of ['me:s3cret@host', 'https://me:s3cret@host/x', 'postgresql://me:s3#cret@host:port/x'])
    assert.throws(
      () => connectionUrl(url),
      (error: Error) => error.message.startsWith('DATABASE_URL wants') && !error.message.includes('s3'),
    )
})
