import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import type { RouteOptions } from 'fastify'
import { readConfig, variables as mainVariables } from '../../../main-worker/config.ts'
import { createContext } from '../../../main-worker/context.ts'
import { createMainServer } from '../../../main-worker/http/main-server.ts'
import { variables as workerVariables } from '../../../regional-worker/config.ts'
import { STATE_KINDS } from '../../../main-worker/fleet/current-incidents.ts'
import { blocksOf, commandsOf, readDocument, shellCommandsOf, toolsOf } from '../../support/deploy/read-document.ts'
import { SHIPPED_REGIONS } from '../../support/deploy/shipped-fleet.ts'

const OWN = [
  'DEPLOYMENT.md',
  'SECURITY.md',
  'README.fr.md',
  ...globSync('docs/{operations,coming-from-v1,architecture,legal}.md'),
]
const ALL = [...globSync('*.md'), ...globSync('docs/*.md')].sort()
const withoutBlocks = (text: string): string => text.replaceAll(/^ *```[\s\S]*?^ *```$/gm, '')

/** As GitHub makes them. */
const anchorsOf = (text: string): string[] =>
  [...withoutBlocks(text).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-'),
  )

test('every link between documents leads to a file that is there, and to one of its headings', () => {
  let links = 0
  for (const file of ALL) {
    for (const [, target = ''] of withoutBlocks(readFileSync(file, 'utf8')).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(target)) continue
      const [path = '', anchor] = target.split('#')
      const wanted = path === '' ? file : join(dirname(file), path)
      assert.ok(existsSync(wanted), `${file}: ${target}`)
      if (anchor !== undefined)
        assert.ok(anchorsOf(readFileSync(wanted, 'utf8')).includes(anchor), `${file}: ${target}`)
      links += 1
    }
  }
  assert.ok(links > 40, `${links} links`)
})

/** Not read by a worker, but by migrations, the gateway, compose.yaml and GitHub; of the shell; or no variable at all. */
const OTHER_NAMES = [
  'DATABASE_URL DATABASE_SERVICE_ROLE_KEY POSTGRES_PASSWORD PUBLISH_ADDRESS FLY_API_TOKEN MAIN_WORKER_URL',
  'MAIN METRICS COOKIES AGENT',
  'NO_SCRAPING_COOKIES GET POST PATCH DELETE',
].flatMap((names) => names.split(' '))

test('every variable a document names is one that some process reads', () => {
  const known = new Set([...Object.keys(mainVariables), ...Object.keys(workerVariables), ...OTHER_NAMES])
  for (const file of OWN) {
    const named = [
      ...withoutBlocks(readFileSync(file, 'utf8')).matchAll(/`([A-Z][A-Z0-9_]{2,})(?:=[^`]*| = "[^`]*)?`/g),
    ]
    for (const [, name = ''] of named) assert.ok(known.has(name), `${file}: ${name}`)
  }
})

test('docs/operations.md says of every incident what it means and what to do, and of no other', () => {
  // The words are one table; their keys are read from its text, where nobody can forget to export one.
  const source = readFileSync('shared/incidents/incident-texts.ts', 'utf8')
  const kinds = [...source.matchAll(/^ {2}'?([a-z-]+)'?: \{$/gm)].map(([, kind]) => kind)
  for (const kind of STATE_KINDS) assert.ok(kinds.includes(kind), kind)
  const [, section = ''] = readFileSync('docs/operations.md', 'utf8').split('## Every incident\n')
  const rows = [...(section.split('\n## ')[0] ?? '').matchAll(/^\| `([a-z-]+)` +\|(.+)\|$/gm)]
  assert.deepEqual(rows.map(([, kind]) => kind).sort(), kinds.sort())
  for (const [row, , cells = ''] of rows)
    assert.equal(cells.split('|').filter((cell) => cell.trim() !== '').length, 3, row)
})

test('the four classic symptoms each have commands to look and to mend', () => {
  const { text } = readDocument('docs/operations.md')
  for (const symptom of ['No cycle runs', 'Workers stay banned', 'NO_SCRAPING_COOKIES', 'Workers unhealthy']) {
    const section = (text.split(`### ${symptom}\n`)[1] ?? '').split(/\n##+ /)[0] ?? ''
    assert.ok(blocksOf(section).filter(({ language }) => language === 'sh').length >= 2, symptom)
  }
})

async function routesOfMain(): Promise<{ method: string; url: string }[]> {
  const config = readConfig({
    API_SECRET: 'k'.repeat(32),
    WORKERS: JSON.stringify([{ id: 'worker-fr', name: 'FR', region: 'cdg', url: 'http://127.0.0.1:1' }]),
    SUPABASE_URL: 'http://127.0.0.1:1',
    SUPABASE_SERVICE_ROLE_KEY: 'key',
    LOG_LEVEL: 'fatal',
  })
  const routes: { method: string; url: string }[] = []
  const app = createMainServer(createContext(config, new AbortController().signal), (route: RouteOptions) => {
    for (const method of [route.method].flat()) routes.push({ method, url: route.url })
  })
  await app.ready()
  await app.close()
  return routes
}

/** The region that is added as an example, and the machine of a clock. */
const MADE_BY_HAND = ['vigie-worker-de', 'vigie-clock']

/** Of regional workers; and the database's. */
const OTHER_ROUTES = [
  { method: 'POST', url: '/api/v1/worker/execute' },
  { method: 'POST', url: '/rest/v1/rpc/:name' },
]

/** `{unban,drain}` and `GET|POST` name several; `…` stands for what the name before it began with. */
const namesIn = (methods: string, path: string): { method: string; path: string }[] => {
  const [, head = '', list, tail = ''] = /^([^{]*)(?:\{([^}]*)\})?(.*)$/.exec(path) ?? []
  const paths = list === undefined ? [head] : list.split(',').map((one) => `${head}${one}${tail}`)
  return methods.split('|').flatMap((method) => paths.map((path) => ({ method, path })))
}

test('every endpoint a document names is a route', async () => {
  const routes = [...(await routesOfMain()), ...OTHER_ROUTES]
  const isRoute = (method: string | null, path: string): boolean =>
    routes.some((route) => {
      if (method !== null && method !== route.method) return false
      const [asked, known] = [path.split('/'), route.url.split('/')]
      return (
        asked.length === known.length && known.every((part, place) => part.startsWith(':') || part === asked[place])
      )
    })
  let named = 0
  for (const file of [...OWN, 'README.md']) {
    const { text, blocks } = readDocument(file)
    const prose = withoutBlocks(text).replaceAll('\\|', '|')
    for (const [, methods = '', path = ''] of prose.matchAll(
      /`((?:GET|POST|PATCH|DELETE|PUT)(?:\|[A-Z]+)*) (\/[^\s?`]*)/g,
    ))
      for (const one of namesIn(methods, path)) {
        assert.ok(isRoute(one.method, one.path), `${file}: ${one.method} ${one.path}`)
        named += 1
      }
    for (const block of blocks.filter(({ language }) => language === 'sh'))
      for (const [, path = ''] of block.text.matchAll(/"\$MAIN(\/[^"?]*)/g)) {
        assert.ok(isRoute(null, path), `${file}:${block.line}: ${path}`)
        named += 1
      }
  }
  assert.ok(named > 60, `${named} endpoints`)
})

test('what a document asks of flyctl names files and apps that Vigie is shipped with', () => {
  const ids = SHIPPED_REGIONS.map(({ id }) => id)
  const files = ['main-worker', ...ids].map((id) => `fly.${id}.toml`)
  const apps = new Set(['vigie-main', ...ids.map((id) => `vigie-${id}`), ...MADE_BY_HAND])
  let asked = 0
  for (const { file, blocks } of OWN.map(readDocument)) {
    for (const command of shellCommandsOf({ blocks })) {
      if (!command.startsWith('fly ')) continue
      const [, config] = / -c (fly\S+)/.exec(command) ?? []
      const [, app] = / -a (\S+)/.exec(command) ?? /^fly apps \w+ (\S+)/.exec(command) ?? []
      const [, input] = / < (\S+)/.exec(command) ?? []
      if (config !== undefined)
        assert.ok(files.includes(config) || config === 'fly.worker-de.toml', `${file}: ${command}`)
      if (app !== undefined) assert.ok(apps.has(app), `${file}: ${command}`)
      if (input !== undefined) assert.match(input, /^\.deploy\/(main|worker)\.env$/, `${file}: ${command}`)
      asked += 1
    }
  }
  assert.ok(asked > 30, `${asked} commands`)
})

test('the French README has the headings, the blocks and the commands of the English one', () => {
  const [english, french] = [readDocument('README.md'), readDocument('README.fr.md')]
  const levels = (text: string): string[] =>
    [...withoutBlocks(text).matchAll(/^(#+) /gm)].map(([, level = '']) => level)
  assert.deepEqual(levels(french.text), levels(english.text))
  const commands = ({ blocks }: typeof english): string[][] =>
    blocks.map((block) => (block.language === 'sh' ? commandsOf(block) : [block.text]))
  assert.deepEqual(commands(french), commands(english))
  const rows = (text: string): number => text.split('\n').filter((line) => line.startsWith('|')).length
  assert.equal(rows(french.text), rows(english.text))
  assert.doesNotMatch(withoutBlocks(french.text).replaceAll(/`[^`]*`/g, ''), /\p{L}'\p{L}/u, 'a straight apostrophe')
})

test('what a command line calls is found behind pipes, in substitutions and after assignments', () => {
  assert.deepEqual(toolsOf('ask "$MAIN/x" | jq \'.a | .b\''), ['ask', 'jq'])
  assert.deepEqual(toolsOf('RUN=$(ask -X POST "$MAIN/x" | jq -r .runId)'), ['ask', 'jq'])
  assert.deepEqual(toolsOf('ask() { curl -sS "$@"; }'), ['curl'])
  assert.deepEqual(toolsOf('sed -i.b "s|a|b|" file && rm file.b'), ['sed', 'rm'])
  assert.deepEqual(toolsOf('if [ -n "$A" ]; then evil "$A"; fi'), ['[', 'evil'])
  assert.deepEqual(toolsOf('cat a | while read -r one; do evil "$one"; done'), ['cat', 'read', 'evil'])
  assert.deepEqual(toolsOf('fly secrets import -a x < f'), ['fly secrets import'])
  assert.deepEqual(toolsOf('npm run doctor -- --env f'), ['npm run doctor'])
  assert.deepEqual(toolsOf('evil "$(openssl rand -hex 32)" x'), ['evil', 'openssl'])
})
