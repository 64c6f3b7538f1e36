import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { pino } from 'pino'
import { marketOf } from '#shared/marketplaces/vinted/markets.ts'
import { browserFlags } from '../../../regional-worker/sessions/browser-flags.ts'
import { makeProfile, removeProfile } from '../../../regional-worker/sessions/browser-profile.ts'
import { findBrowser } from '../../../regional-worker/sessions/find-browser.ts'
import { openGuardProxy } from '../../../regional-worker/sessions/guard-proxy.ts'
import { launchBrowser } from '../../../regional-worker/sessions/launch-browser.ts'
import { requireBrowser } from './browser-processes.ts'

/** What a hostile page would try: every way a browser has to talk to somebody, aimed at this machine. */
const attacks = (port: number, udpPort: number): string => `(async () => {
  const hosts = ['127.0.0.1', 'localhost', '127.1', '2130706433', '0177.0.0.1', '[::1]', '[::ffff:7f00:1]', '0.0.0.0']
  const tries = hosts.flatMap((host) => [
    fetch('http://' + host + ':${port}/', { mode: 'no-cors' }),
    fetch('https://' + host + ':${port}/', { mode: 'no-cors' }),
    new Promise((resolve) => { new WebSocket('ws://' + host + ':${port}/').onerror = resolve }),
  ])
  const peer = new RTCPeerConnection({ iceServers: hosts.map((host) => ({ urls: 'stun:' + host + ':${udpPort}' })) })
  peer.createDataChannel('x')
  await peer.setLocalDescription(await peer.createOffer())
  for (const src of ['file:///etc/passwd', 'http://127.0.0.1:${port}/']) {
    const frame = document.createElement('iframe')
    frame.src = src
    document.body.append(frame)
  }
  await Promise.allSettled(tries)
  await new Promise((resolve) => setTimeout(resolve, 1000))
})()`

test('a page in the real browser reaches nothing of this machine: no TCP, no UDP, no file', async () => {
  requireBrowser()
  let touched = 0
  const tcp = createServer((socket) => {
    touched += 1
    socket.destroy()
  })
  tcp.listen(0)
  const udp = createSocket('udp4', () => (touched += 1)).bind(0)
  await Promise.all([once(tcp, 'listening'), once(udp, 'listening')])
  const port = (tcp.address() as AddressInfo).port
  const reached: string[] = []
  const guard = await openGuardProxy(
    async (host) => {
      reached.push(host)
      throw new Error('nothing is reached in this test')
    },
    pino({ enabled: false }),
  )
  const profile = await makeProfile()
  const machine = { isRoot: process.getuid?.() === 0, chromeArgs: [], guardUrl: guard.url }
  const browser = await launchBrowser(findBrowser(null) ?? '', profile, browserFlags(marketOf('fr'), machine))
  try {
    const page = await browser.newPage()
    await page.evaluate(attacks(port, udp.address().port))
    assert.ok(page.frames().every((frame) => !frame.url().startsWith('file:')))
    for (const url of [`http://127.0.0.1:${port}/`, `https://localhost:${port}/`, 'https://[fdaa::3]/'])
      await page.goto(url).catch(() => null) // Refused one way or another; what counts is who was touched.
    await assert.rejects(page.goto('https://www.vinted.fr/'))
    assert.deepEqual([touched, new Set(reached)], [0, new Set(['www.vinted.fr'])])
  } finally {
    await browser.close()
    await guard.close()
    await removeProfile(profile)
    tcp.close()
    udp.close()
  }
})
