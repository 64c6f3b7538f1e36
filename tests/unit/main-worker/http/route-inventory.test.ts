import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { RouteOptions } from 'fastify'
import { readConfig } from '../../../../main-worker/config.ts'
import { createContext } from '../../../../main-worker/context.ts'
import { createMainServer } from '../../../../main-worker/http/main-server.ts'
import type { HttpServer } from '../../../../shared/http/create-server.ts'
import { fakeDatabase } from '../../shared/fake-database.ts'
import { makePerson } from '../make-person.ts'
import { makeFleet, makeWorker } from '../make-worker.ts'

const KEY = 'k'.repeat(32)

/** Open to anybody, and why. Everything else wants a key or a login. */
const OPEN = new Set([
  'GET /api/health', // a platform's health check
  'GET /api/v1/token/status', // reduced without a key
  'GET /assets/:hash/:name', // style and scripts of the login
  'GET /login',
  'POST /login',
  'GET /login/:code',
  'POST /login/:code',
  'POST /telegram/webhook', // its own secret
  'GET /feeds/:file', // its name is the key
])

let app: HttpServer
const routes: { method: string; url: string }[] = []

before(async () => {
  const config = readConfig({
    API_SECRET: KEY,
    WORKERS: JSON.stringify([{ id: 'worker-fr', name: 'FR', region: 'cdg', url: 'http://127.0.0.1:1' }]),
    SUPABASE_URL: 'http://127.0.0.1:1',
    SUPABASE_SERVICE_ROLE_KEY: 'key',
    LOG_LEVEL: 'fatal',
  })
  const database = fakeDatabase({
    read_page_session: ({ token_hash: _hash }) => person,
    get_owner: () => makePerson({ role: 'owner' }),
    read_fleet: () => makeFleet([makeWorker('worker-fr')]),
    update_person: () => person,
  })
  const context = { ...createContext(config, new AbortController().signal), database }
  app = createMainServer(context, (route: RouteOptions) => {
    for (const method of [route.method].flat()) if (method !== 'HEAD') routes.push({ method, url: route.url })
  })
  await app.ready()
})
after(() => app.close())

let person = makePerson()

const ask = async ({ method, url }: { method: string; url: string }, headers: Record<string, string> = {}) => {
  const path = url.replaceAll(/:\w+/g, '00000000-0000-4000-8000-000000000001')
  return app.inject({ method: method as 'GET', url: path, headers })
}

test('every route wants a key or a login, but for the few that are open for a reason', async () => {
  assert.ok(routes.length > 40, `${routes.length} routes`)
  const open: string[] = []
  for (const route of routes) {
    const { statusCode, headers } = await ask(route, { 'sec-fetch-site': 'same-origin' })
    const isLedToLogin = statusCode === 303 && String(headers['location']).startsWith('/login?next=')
    if (statusCode !== 401 && statusCode !== 429 && !isLedToLogin) open.push(`${route.method} ${route.url}`)
  }
  assert.deepEqual(
    open.filter((route) => !OPEN.has(route)),
    [],
  )
})

test('with a login, nothing changes anything when another site sends it', async () => {
  person = makePerson({ role: 'owner' })
  for (const route of routes) {
    if (route.method === 'GET' || route.method === 'OPTIONS') continue
    if (OPEN.has(`${route.method} ${route.url}`) && !route.url.startsWith('/login')) continue
    const { statusCode } = await ask(route, { cookie: 'vigie=token', 'sec-fetch-site': 'cross-site' })
    assert.equal(statusCode, 403, `${route.method} ${route.url}`)
  }
})

test('a viewer changes nothing but what is theirs', async () => {
  person = makePerson({ role: 'viewer' })
  const own = new Set(['/logout', '/logout/everywhere', '/language', '/me', '/login', '/login/:code'])
  for (const route of routes) {
    if (route.method === 'GET' || route.method === 'OPTIONS' || own.has(route.url)) continue
    if (OPEN.has(`${route.method} ${route.url}`)) continue
    const { statusCode } = await ask(route, { cookie: 'vigie=token', 'sec-fetch-site': 'same-origin' })
    assert.equal(statusCode, 403, `${route.method} ${route.url}`)
  }
})

test('a mistyped address is a page for a person, after their login, and a problem for a program', async () => {
  const typed = { method: 'GET' as const, url: '/nope' }
  const accept = 'text/html,application/xhtml+xml'
  const stranger = await app.inject({ ...typed, headers: { accept } })
  assert.deepEqual([stranger.statusCode, stranger.headers.location], [303, '/login?next=%2Fnope'])
  for (const role of ['viewer', 'member', 'owner'] as const) {
    person = makePerson({ role })
    const page = await app.inject({ ...typed, headers: { accept, cookie: 'vigie=token' } })
    assert.deepEqual([page.statusCode, page.headers['content-type']], [404, 'text/html; charset=utf-8'], role)
    assert.match(page.body, /Cette page n’existe pas/)
  }
  const program = await app.inject({ ...typed, headers: { 'x-api-key': KEY } })
  assert.deepEqual([program.statusCode, program.json().code], [404, 'NOT_FOUND'])
})

test('another language leads back to where one was, and home from the answer to a form', async () => {
  person = makePerson({ role: 'owner' })
  const headers = {
    cookie: 'vigie=token',
    'sec-fetch-site': 'same-origin',
    'content-type': 'application/x-www-form-urlencoded',
  }
  for (const [back, leads] of [
    ['/finds', '/finds'],
    ['//evil.example', '/'],
  ]) {
    const payload = new URLSearchParams({ language: 'en', back: back ?? '' }).toString()
    const { headers: answer } = await app.inject({ method: 'POST', url: '/language', headers, payload })
    assert.equal(answer.location, leads)
  }
  const asked = await app.inject({ method: 'POST', url: '/workers/worker-fr/unban', headers })
  assert.match(asked.body, /name="back" value="\/"/)
})
