import assert from 'node:assert/strict'
import { globSync } from 'node:fs'
import { test } from 'node:test'

const files = globSync('{main-worker,shared}/**/*texts.ts').sort()

type Path = { path: string; value: unknown }

/** Every text with its place, whatever it is nested in. */
function* walk(value: unknown, path: string): Generator<Path> {
  if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) yield* walk(inner, `${path}.${key}`)
  } else yield { path, value }
}

const shapeOf = (texts: unknown): string[] =>
  [...walk(texts, '')].map(({ path, value }) => `${path}: ${typeof value}`).sort()

/** Objects with a `fr` and an `en`, wherever a file keeps them. */
function* pairs(value: unknown, path: string): Generator<{ path: string; fr: unknown; en: unknown }> {
  if (typeof value !== 'object' || value === null) return
  if ('fr' in value && 'en' in value) yield { path, fr: value.fr, en: value.en }
  else for (const [key, inner] of Object.entries(value)) yield* pairs(inner, `${path}.${key}`)
}

test('there are texts to compare', () => assert.ok(files.length >= 4, files.join(', ')))

for (const file of files)
  test(`${file} says everything in French and in English`, async () => {
    const module: unknown = await import(`../../../../${file}`)
    const found = [...pairs(module, '')]
    assert.ok(found.length > 0 || file.includes('incident'), 'no texts found')
    for (const { path, fr, en } of found) {
      assert.deepEqual(shapeOf(en), shapeOf(fr), path)
      for (const { path: place, value } of [...walk(fr, `${path}.fr`), ...walk(en, `${path}.en`)])
        if (typeof value === 'string') assert.notEqual(value.trim(), '', place)
    }
  })
