import assert from 'node:assert/strict'
import { test } from 'node:test'
import { UsageError } from '../../../../local/options.ts'
import { readSetupOptions } from '../../../../local/setup/setup-options.ts'

test('without a flag it asks, in the language of the terminal', () => {
  const language = (environment: Record<string, string>) => readSetupOptions([], environment).language
  assert.deepEqual(readSetupOptions([], {}), {
    target: null,
    name: null,
    org: 'personal',
    answers: {},
    isDryRun: false,
    isYes: false,
    language: 'en',
  })
  assert.deepEqual(
    [
      { LANG: 'fr_FR.UTF-8' },
      { LANG: 'fr' },
      { LANG: 'C', LC_ALL: 'fr_CA' },
      { LANG: 'fr_FR', LC_ALL: 'C' },
      { LANG: 'fry' },
    ].map(language),
    ['fr', 'fr', 'fr', 'en', 'en'],
  )
  assert.equal(readSetupOptions(['--lang', 'en'], { LANG: 'fr' }).language, 'en')
})

test('flags that do not fit are refused with the usage', () => {
  for (const argv of [['--target', 'moon'], ['--lang', 'de'], ['--nonsense'], ['x'], ['--name'], ['--api-secret', 'x']])
    assert.throws(
      () => readSetupOptions(argv, {}),
      (error) => error instanceof UsageError && /npm run setup/.test(error.message),
      argv.join(' '),
    )
})

test('addresses are tidied like those that are typed', () => {
  const argv = ['--supabase-url', 'https://x.supabase.co/', '--public-url', 'https://vigie.example/']
  assert.deepEqual(readSetupOptions(argv, {}).answers, {
    SUPABASE_URL: 'https://x.supabase.co',
    PUBLIC_BASE_URL: 'https://vigie.example',
  })
})
