import assert from 'node:assert/strict'
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { jarOfBrowser, tokenOf } from '../../../regional-worker/sessions/browser-cookies.ts'
import { browserFlags, ordinaryIdentity } from '../../../regional-worker/sessions/browser-flags.ts'
import { makeProfile, removeProfile } from '../../../regional-worker/sessions/browser-profile.ts'
import { findBrowser } from '../../../regional-worker/sessions/find-browser.ts'
import { hideValues } from '../../../regional-worker/evidence/scrub-evidence.ts'
import { humanCheck } from '../../../regional-worker/sessions/human-check.ts'
import { marketOf } from '../../../shared/marketplaces/vinted/markets.ts'
import { readCookies } from '../../../shared/sessions/cookie-jar.ts'

const fr = marketOf('fr')
const cookie = (name: string, value: string, domain = '.vinted.fr') => ({
  name,
  value,
  domain,
  path: '/',
  expires: -1,
  secure: true,
  httpOnly: true,
  sameSite: 'Lax',
})

async function inFolder(use: (dir: string) => Promise<void>): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'vigie-test-'))
  try {
    await use(dir)
  } finally {
    await rm(dir, { recursive: true })
  }
}

test('the jar holds the cookies of the market and of its hosts, none of another site and no empty one', async () => {
  const jar = await jarOfBrowser(
    [
      cookie('access_token_web', 'token'),
      cookie('cf_clearance', 'clear'),
      cookie('_vinted_fr_session', 'here', 'www.vinted.fr'),
      cookie('empty', ''),
      cookie('datadome', 'theirs', '.captcha-delivery.com'),
      cookie('other', 'market', '.vinted.nl'),
      cookie('lookalike', 'x', '.evilvinted.fr'),
    ],
    fr,
  )
  assert.deepEqual([...(await readCookies(jar, fr)).keys()].sort(), [
    '_vinted_fr_session',
    'access_token_web',
    'cf_clearance',
  ])
  const onApi = (await jar.getCookies('https://api.vinted.fr/')).map(({ key }) => key).sort()
  assert.deepEqual(onApi, ['access_token_web', 'cf_clearance'])
  const [kept] = await jar.getCookies('https://www.vinted.fr/')
  assert.ok(kept?.secure && kept.httpOnly)
})

test('a cookie keeps the time at which it ends', async () => {
  const expires = Math.floor(Date.now() / 1000) + 3600
  const jar = await jarOfBrowser([{ ...cookie('anon_id', 'me'), expires }], fr)
  const [kept] = await jar.getCookies('https://www.vinted.fr/')
  assert.equal(Number(kept?.expiryTime()), expires * 1000)
})

test('the token counts once it is not empty, and only the market’s own', () => {
  assert.equal(tokenOf([cookie('access_token_web', '')], fr), null)
  assert.equal(tokenOf([cookie('access_token_web', 'x', '.vinted.nl')], fr), null)
  assert.equal(tokenOf([cookie('access_token_web', ''), cookie('access_token_web', 'x')], fr), 'x')
})

test('a session’s browser is its own, without a window only in fact', () => {
  const headless =
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/156.0.0.0 Safari/537.36'
  const { userAgent, userAgentMetadata } = ordinaryIdentity(headless)
  assert.equal(userAgent, headless.replace('Headless', ''))
  assert.deepEqual(
    userAgentMetadata.brands.find(({ brand }) => brand === 'Chromium'),
    { brand: 'Chromium', version: '156' },
  )
  assert.equal(userAgentMetadata.platform, 'Linux')
})

test('the flags: the market’s language, no sandbox for root only, and the guard has the last word', () => {
  const machine = { isRoot: false, chromeArgs: ['--proxy-server=direct://', '--mine'], guardUrl: 'http://127.0.0.1:9' }
  const flags = browserFlags(marketOf('uk'), machine)
  assert.ok(flags.includes('--accept-lang=en-GB,en'))
  assert.ok(flags.includes('--mine'))
  assert.ok(flags.includes('--disable-background-networking'))
  assert.equal(flags.includes('--no-sandbox'), false)
  assert.equal(
    flags.findLast((flag) => flag.startsWith('--proxy-server=')),
    '--proxy-server=http://127.0.0.1:9',
  )
  assert.ok(browserFlags(fr, { ...machine, isRoot: true }).includes('--no-sandbox'))
})

test('a page that asks for a person is told from one that passes by itself', () => {
  const home = 'https://www.vinted.fr/'
  assert.equal(humanCheck(home, '<title>Just a moment...</title><h1>Checking your browser</h1>'), null)
  assert.equal(humanCheck(home, '<h1>Vinted</h1>'), null)
  assert.equal(humanCheck(home, '<p>Please complete the CAPTCHA</p>'), 'captcha')
  assert.equal(humanCheck(home, '<iframe src="https://geo.captcha-delivery.com/captcha/?x=1"></iframe>'), 'captcha')
  assert.equal(humanCheck(home, '<div class="h-captcha"></div>'), 'captcha')
  assert.equal(humanCheck('https://www.vinted.fr/member/signup/select_type?ref_url=%2F', '<h1>Vinted</h1>'), 'login')
  assert.equal(humanCheck('chrome-error://chromewebdata/', ''), null)
})

test('cookie values are hidden wherever a page repeats them, short words are left', () => {
  const html = '<a href="?t=a%2Fsecret%3D1">a/secret=1</a> fr'
  assert.equal(hideValues(html, ['a/secret=1', 'fr', 'secret=1234567']), '<a href="?t=[hidden]">[hidden]</a> fr')
})

test('the browser that puppeteer installs is found when the machine has none of its own', async () => {
  await inFolder(async (home) => {
    const place = (version: string) => join(home, `.cache/puppeteer/chrome/linux-${version}/chrome-linux64/chrome`)
    for (const version of ['99.0.1', '156.0.2']) {
      await mkdir(dirname(place(version)), { recursive: true })
      await writeFile(place(version), '#!/bin/sh\n')
      await chmod(place(version), 0o755)
    }
    const found = findBrowser(null, home)
    assert.ok(found === place('156.0.2') || found === findBrowser(null, '/nowhere'))
  })
})

test('folders left by a process that was killed are removed, those of living ones are not', async () => {
  await inFolder(async (dir) => {
    await mkdir(join(dir, 'vigie-browser-2147483646-abc'))
    await mkdir(join(dir, `vigie-browser-${process.ppid}-abc`))
    await mkdir(join(dir, 'somebody-else'))
    const profile = await makeProfile(dir)
    assert.deepEqual((await readdir(dir)).filter((name) => join(dir, name) !== profile).sort(), [
      'somebody-else',
      `vigie-browser-${process.ppid}-abc`,
    ])
    await removeProfile(profile)
    assert.equal((await readdir(dir)).length, 2)
  })
})
