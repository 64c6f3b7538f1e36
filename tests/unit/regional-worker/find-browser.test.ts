import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { findBrowser } from '../../../regional-worker/sessions/find-browser.ts'

test('CHROME_PATH comes first when it can be run', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'vigie-browser-'))
  try {
    const path = join(dir, 'chrome')
    await writeFile(path, '#!/bin/sh\n')
    await chmod(path, 0o755)
    assert.equal(findBrowser(path), path)
  } finally {
    await rm(dir, { recursive: true })
  }
})

test('a path that is not there leaves what the machine has, which is there', () => {
  const found = findBrowser('/nowhere/chrome')
  assert.equal(found, findBrowser(null))
  assert.ok(found === null || existsSync(found))
})
