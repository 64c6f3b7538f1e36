import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { variables as main } from '../../main-worker/config.ts'
import { variables as regional } from '../../regional-worker/config.ts'

test('.env.example names every variable of the product, and no other', () => {
  const text = readFileSync('.env.example', 'utf8')
  const named = [...text.matchAll(/^(?:# )?([A-Z][A-Z0-9_]+)=/gm)].map(([, name]) => name)
  const known = new Set([...Object.keys(main), ...Object.keys(regional), 'DATABASE_URL'])
  assert.deepEqual([...named].sort(), [...known].sort())
})
