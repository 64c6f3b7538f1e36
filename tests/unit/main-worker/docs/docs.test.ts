import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { readConfig } from '../../../../main-worker/config.ts'
import { createContext } from '../../../../main-worker/context.ts'
import { createMainServer } from '../../../../main-worker/http/main-server.ts'
import type { Json } from '../../../support/json.ts'
import { fakeDatabase } from '../../shared/fake-database.ts'
import { makePerson } from '../make-person.ts'

const KEY = 'k'.repeat(40)
const config = readConfig({
  API_SECRET: KEY,
  LOG_LEVEL: 'fatal',
  // With a bot and a public address there are routes for Telegram too.
  TELEGRAM_BOT_TOKEN: '1:token',
  PUBLIC_BASE_URL: 'https://vigie.example',
  SUPABASE_URL: 'http://127.0.0.1:9',
  SUPABASE_SERVICE_ROLE_KEY: 'nobody',
  WORKERS: '[{"id":"worker-fr","name":"FR","region":"cdg","url":"http://127.0.0.1:9"}]',
})
const database = fakeDatabase({ get_owner: () => makePerson({ role: 'owner' }) })
const routes: string[] = []
const server = createMainServer(
  { ...createContext(config, new AbortController().signal), database },
  // The pages are for people, and /docs is the document itself.
  ({ method, url }) => {
    if (!/^\/(api|feeds|telegram)\//.test(url)) return
    for (const each of [method].flat()) if (each !== 'HEAD') routes.push(`${each} ${url.replaceAll(/:(\w+)/g, '{$1}')}`)
  },
)
let url = ''
let document: Json
async function ask(path: string, key = KEY) {
  const answer = await fetch(`${url}${path}`, { headers: { 'x-api-key': key } })
  return {
    status: answer.status,
    policy: answer.headers.get('content-security-policy') ?? '',
    text: await answer.text(),
  }
}

before(async () => {
  url = await server.listen({ port: 0, host: '127.0.0.1' })
  document = JSON.parse((await ask('/docs/json')).text)
})
after(() => server.close())

type Operation = { summary?: string; tags?: string[]; responses: Record<string, Json>; security?: object[] }
const operations = (): [name: string, operation: Operation][] =>
  Object.entries<Record<string, Operation>>(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): [string, Operation] => [
      `${method.toUpperCase()} ${path}`,
      operation,
    ]),
  )

test('the document and the routes are the same list', () => {
  assert.ok(routes.length > 20, `only ${routes.length} routes were found`)
  assert.deepEqual(
    operations()
      .map(([name]) => name)
      .sort(),
    routes.sort(),
  )
})

test('every operation says in a few words what it does and where it belongs', () => {
  const known = document.tags.map((tag: { name: string }) => tag.name)
  for (const [name, { summary, tags }] of operations()) {
    assert.ok(summary !== undefined && summary.length <= 90, `${name} has no summary, or a long one`)
    assert.ok(tags?.length === 1 && known.includes(tags[0]), `${name} has the tags ${String(tags)}`)
  }
})

test('errors stand in the document once, and every operation points there', () => {
  assert.equal(document.openapi, '3.1.0')
  assert.deepEqual(document.components.schemas.Problem.required, ['success', 'error', 'code', 'httpStatus'])
  for (const [name, { responses }] of operations())
    assert.deepEqual(responses['default'], { $ref: '#/components/responses/Problem' }, name)
})

test('every reference leads somewhere', () => {
  const text = JSON.stringify(document)
  for (const [, section = '', name = ''] of text.matchAll(/"#\/components\/(\w+)\/(\w+)"/g))
    assert.ok(document.components[section]?.[name], `${section}/${name} is missing`)
})

test('what needs no key says so', () => {
  assert.deepEqual(document.security, [{ key: [] }])
  assert.deepEqual(document.components.securitySchemes.key.name, 'x-api-key')
  const open = operations().filter(([, { security }]) => security?.length === 0)
  assert.ok(open.some(([name]) => name === 'GET /api/health'))
  assert.ok(!open.some(([name]) => name === 'GET /api/v1/alerts'))
})

test('bodies, parameters and answers are those the routes check with', () => {
  const { post } = document.paths['/api/v1/alerts']
  const { properties, additionalProperties } = post.requestBody.content['application/json'].schema
  assert.equal(additionalProperties, false)
  assert.equal(properties.market.pattern, '^[a-z]{2}$')
  const one = document.paths['/api/v1/alerts/{id}'].get
  assert.deepEqual(one.responses['200'].content['application/json'].schema, { $ref: '#/components/schemas/Alert' })
  assert.deepEqual(
    one.parameters.map(({ in: place, name, required }: Json) => [place, name, required]),
    [['path', 'id', true]],
  )
})

test('nobody sees the page or the document without a key or a login; a person is led there', async () => {
  const page = await fetch(`${url}/docs`, { redirect: 'manual' })
  assert.deepEqual([page.status, page.headers.get('location')], [303, '/login?next=%2Fdocs'])
  await page.text()
  for (const path of ['/docs/', '/docs/json', '/docs/yaml', '/docs/static/swagger-ui.css'])
    assert.equal((await ask(path, '')).status, 401, path)
})

test('the page loads nothing from elsewhere, and every file it names is there', async () => {
  const { status, policy, text: html } = await ask('/docs')
  assert.equal(status, 200)
  assert.match(policy, /default-src 'none'; script-src 'self';/)
  assert.doesNotMatch(html, /<script(?![^>]*src)|https?:\/\//)
  const files = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file]) => file ?? '')
  assert.ok(files.length >= 4)
  for (const file of files) assert.equal((await ask(new URL(file, `${url}/docs`).pathname)).status, 200, file)
})

test('what is not there answers like everything else', async () => {
  assert.equal((await ask('/docs/nothing')).status, 404)
  assert.equal((await ask('/docs/static/../../../package.json')).status, 404)
})
