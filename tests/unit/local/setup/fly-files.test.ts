import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { flyUrl, MAIN_FILE, readFlyApp } from '../../../../local/fly-apps.ts'
import { planFly, prefixOf } from '../../../../local/setup/fly-files.ts'
import { readRegions } from '../../../../local/shipped-regions.ts'
import { shippedFlyTexts } from '../../../support/deploy/shipped-fleet.ts'

const shipped = shippedFlyTexts()
const listed = readRegions(shipped[MAIN_FILE] ?? '', MAIN_FILE)
const ids = listed.map(({ id }) => id)
const texts = (plan: ReturnType<typeof planFly>) => plan.findings.map(({ state, about, text }) => [state, about, text])
const prefix = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,48}[a-z0-9])?$/)

test('the shipped files stay as they are without a name, and with the name that they have', () => {
  for (const name of [null, 'vigie']) {
    const { after, findings, main, regions } = planFly(shipped, name)
    assert.deepEqual([after, findings], [shipped, []])
    assert.deepEqual(
      [main, ...regions].map(({ app }) => app),
      ['vigie-main', ...ids.map((id) => `vigie-${id}`)],
    )
  }
  assert.equal(prefixOf(shipped), 'vigie')
})

test('another name changes the apps, their addresses and the commands in comments, and no other line', () => {
  const { after } = planFly(shipped, 'anna')
  const changed = (file: string) => {
    const [was, is] = [shipped[file], after[file]].map((text) => (text ?? '').split('\n'))
    return (is ?? []).filter((line, place) => line !== was?.[place])
  }
  assert.deepEqual(changed('fly.worker-fr.toml'), [
    '# Secrets (fly secrets import -a anna-worker-fr < .deploy/worker.env): API_SECRET, SUPABASE_URL, SUPABASE_SERVICE_ROLE_KEY,',
    'app = "anna-worker-fr"',
  ])
  assert.deepEqual(
    changed(MAIN_FILE).filter((line) => !line.startsWith('#')),
    [
      'app = "anna-main"',
      'PUBLIC_BASE_URL = "https://anna-main.fly.dev"',
      ...listed.map(
        ({ id, name, region }, place) =>
          `  {"id": "${id}", "name": "${name}", "region": "${region}", "url": "https://anna-${id}.fly.dev"}${place < ids.length - 1 ? ',' : ''}`,
      ),
    ],
  )
})

test('any name can be changed into any other, and back to the very same text', () => {
  fc.assert(
    fc.property(prefix, prefix, (one, other) => {
      const first = planFly(shipped, one)
      const second = planFly(first.after, other)
      assert.deepEqual([first.findings, second.findings], [[], []])
      assert.deepEqual(second.after, planFly(shipped, other).after)
      assert.deepEqual(planFly(second.after, 'vigie').after, shipped)
      assert.equal(readFlyApp(second.after[MAIN_FILE] ?? '', MAIN_FILE).app, `${other}-main`)
      assert.deepEqual(
        readRegions(second.after[MAIN_FILE] ?? '', MAIN_FILE).map(({ url }) => url),
        second.regions.map(({ app }) => flyUrl(app)),
      )
    }),
    { numRuns: 50 },
  )
})

test('a renaming that was cut off after main’s file is ended by the next run without a name', () => {
  const renamed = planFly(shipped, 'anna').after
  const half = {
    ...shipped,
    [MAIN_FILE]: renamed[MAIN_FILE] ?? '',
    'fly.worker-us.toml': renamed['fly.worker-us.toml'] ?? '',
  }
  assert.deepEqual(planFly(half, null).after, renamed)
})

test('other edits by hand stay: a domain, a private address, an app’s own name', () => {
  const edit = (file: string, from: RegExp, to: string) => ({ [file]: (shipped[file] ?? '').replaceAll(from, to) })
  const byHand = {
    ...shipped,
    ...edit('fly.worker-fr.toml', /memory = ".*"/g, 'memory = "512mb" # enough'),
    ...edit(MAIN_FILE, /PUBLIC_BASE_URL = ".*"/g, "PUBLIC_BASE_URL = 'https://vinted.example'"),
  }
  byHand[MAIN_FILE] = (byHand[MAIN_FILE] ?? '').replace(
    'https://vigie-worker-us.fly.dev"',
    'http://vigie-worker-us.internal:8080"',
  )
  byHand[MAIN_FILE] = byHand[MAIN_FILE].replace('https://vigie-worker-nl.fly.dev', 'https://nl.vinted.example')
  assert.deepEqual(planFly(byHand, null).after, byHand)
  const { after, findings } = planFly(byHand, 'anna')
  assert.deepEqual(findings, [])
  assert.match(after['fly.worker-fr.toml'] ?? '', /memory = "512mb" # enough/)
  assert.match(after[MAIN_FILE] ?? '', /PUBLIC_BASE_URL = 'https:\/\/vinted\.example'/)
  assert.match(after[MAIN_FILE] ?? '', /"https:\/\/nl\.vinted\.example"/)
  assert.match(after[MAIN_FILE] ?? '', /"http:\/\/anna-worker-us\.internal:8080"/)
})

const fifth = (shipped['fly.worker-nl.toml'] ?? '')
  .replaceAll('worker-nl', 'worker-xx')
  .replace('"NL"', '"XX"')
  .replaceAll('ams', 'xxx')

test('a fifth region is its file and its line; with one of them only it says what the other is', () => {
  const line = '{"id":"worker-xx","name":"XX","region":"xxx","url":"https://vigie-worker-xx.fly.dev"}'
  const withFile = { ...shipped, 'fly.worker-xx.toml': fifth }
  const withLine = { ...shipped, [MAIN_FILE]: (shipped[MAIN_FILE] ?? '').replace('\n]"""', `,\n  ${line}\n]"""`) }
  assert.deepEqual(planFly(withFile, null).findings[0], {
    state: 'look',
    about: 'fly.worker-xx.toml',
    text: 'fileWithoutRegion',
    facts: { line },
  })
  assert.deepEqual(texts(planFly(withLine, null)), [['broken', MAIN_FILE, 'regionWithoutFile']])
  const both = planFly({ ...withFile, ...withLine, 'fly.worker-xx.toml': fifth }, 'anna')
  assert.deepEqual([both.findings, both.regions.at(-1)?.app], [[], 'anna-worker-xx'])
})

test('a file that cannot be edited safely, or names an app that Fly.io or a shell would not take, is named', () => {
  const main = (text: string) => ({ ...shipped, [MAIN_FILE]: text })
  const text = shipped[MAIN_FILE] ?? ''
  assert.deepEqual(texts(planFly(main(text.replace('app = "vigie-main"', '"app" = "vigie-main"')), 'anna')), [
    ['broken', MAIN_FILE, 'flyFileNotEdited'],
  ])
  assert.deepEqual(texts(planFly(main(text.replace('app = "vigie-main"', 'app = "x; rm -rf ~"')), null)), [
    ['broken', MAIN_FILE, 'appWrong'],
  ])
  const twice = {
    ...main(text.replace('vigie-worker-us.fly.dev', 'vigie-worker-fr.fly.dev')),
    'fly.worker-us.toml': shipped['fly.worker-fr.toml'] ?? '',
  }
  assert.ok(texts(planFly(twice, null)).some(([, , text]) => text === 'appTwice'))
  assert.throws(() => planFly(main('app = '), null))
  assert.throws(() => planFly(main(text.replaceAll('WORKERS', 'NOBODY')), null), /fly\.main-worker\.toml: WORKERS/)
})
