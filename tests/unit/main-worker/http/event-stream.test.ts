import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Context } from '../../../../main-worker/context.ts'
import { openEventStream } from '../../../../main-worker/http/event-stream.ts'
import { createMayListen } from '../../../../main-worker/http/may-listen.ts'
import { fakeDatabase } from '../../shared/fake-database.ts'
import { makePerson } from '../make-person.ts'

/** The answer to a listener, and what it has heard. */
function makeReply() {
  const heard: string[] = []
  const raw = Object.assign(new EventEmitter(), {
    isEnded: false,
    writableLength: 0,
    setHeader: () => undefined,
    writeHead: () => undefined,
    write: (text: string) => heard.push(text),
    end() {
      raw.isEnded = true
      raw.emit('close')
    },
  })
  const reply = { raw, hijack: () => undefined, getHeaders: () => ({}) } as unknown as FastifyReply
  return { reply, raw, heard }
}

test('a stream whose listener is signed out or removed ends at its next heartbeat, and is filled no more', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  const { reply, raw } = makeReply()
  let mayListen = true
  let isFilled = true
  openEventStream(reply, {
    stopping: new AbortController().signal,
    mayListen: () => Promise.resolve(mayListen),
    open: () => () => {
      isFilled = false
    },
  })
  t.mock.timers.tick(5_000)
  await nextTurn()
  assert.deepEqual([raw.isEnded, isFilled], [false, true])
  mayListen = false
  t.mock.timers.tick(5_000)
  await nextTurn()
  assert.deepEqual([raw.isEnded, isFilled], [true, false])
})

test('a database that does not answer ends no stream', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  const { reply, raw } = makeReply()
  const mayListen = () => Promise.reject(new Error('away'))
  openEventStream(reply, { stopping: new AbortController().signal, mayListen, open: () => () => undefined })
  t.mock.timers.tick(5_000)
  await nextTurn()
  assert.equal(raw.isEnded, false)
  raw.end()
})

test('who may listen is asked of the login each time; a role that became too small listens no more', async () => {
  let person: ReturnType<typeof makePerson> | null = makePerson({ role: 'owner' })
  const database = fakeDatabase({ read_page_session: () => person })
  const request = {
    actor: { person, via: 'session' },
    cookies: { vigie: 'token' },
  } as unknown as FastifyRequest
  const context = { database, config: { isSecure: false } } as unknown as Context
  const mayListen = createMayListen(context, request, 'owner')
  assert.equal(await mayListen(), true)
  person = makePerson({ role: 'viewer' })
  assert.equal(await mayListen(), false)
  person = null
  assert.equal(await mayListen(), false)
})
