import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, request } from 'node:http'
import { connect, createServer as createTcpServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import { test } from 'node:test'
import { openGuardProxy } from '../../../regional-worker/sessions/guard-proxy.ts'
import { reachDirectly, reachThroughProxy } from '../../../regional-worker/sessions/reach-host.ts'
import { isPublicAddress } from '../../../shared/net/public-address.ts'
import type { Reach } from '../../../regional-worker/sessions/reach-host.ts'
import { reachableHost } from '../../../regional-worker/sessions/reachable-hosts.ts'
import { recordingLogger } from '../shared/recording-logger.ts'

const { logger } = recordingLogger()

/** What must stay out of reach, as a CONNECT target may name it. */
const forbidden = [
  '169.254.169.254:443',
  '[fdaa::3]:443',
  '_api.internal:4280',
  '_api.internal:443',
  '127.1:443',
  '127.0.0.1:443',
  '2130706433:443',
  '0177.0.0.1:443',
  '0x7f.1:443',
  '①②⑦.⓪.⓪.①:443',
  '[::ffff:7f00:1]:443',
  '[::1]:443',
  '100.64.0.1:443',
  'localhost:443',
  'www.vinted.fr\\@127.0.0.1:443',
  'www.vinted.fr@127.0.0.1:443',
  'www.vinted.fr.:443',
  'www.vinted.fr.evil.example:443',
  'evilvinted.fr:443',
  'wwwxvinted.fr:443',
  'vinted.fr:443',
  'evil.www.vinted.fr:443',
  'vinted.net:443',
  'images1.vinted.net.evil.example:443',
  'evilvinted.net:443',
  'evilcaptcha-delivery.com:443',
  '..vinted.net:443',
  '.vinted.net:443',
  '-.vinted.net:443',
  'www.vinted.fr:80',
  'www.vinted.fr:8443',
  'www.vinted.fr:443:443',
  'www.vinted.fr',
  'https://www.vinted.fr:443',
  'file:///etc/passwd',
  'update.googleapis.com:443',
  '',
]

const open = [
  'www.vinted.fr:443',
  'WWW.VINTED.FR:443',
  'api.www.vinted.com:443',
  'api.vinted.co.uk:443',
  'images1.vinted.net:443',
  'challenges.cloudflare.com:443',
  'geo.captcha-delivery.com:443',
]

async function listening<S extends Server>(server: S): Promise<S & { port: number }> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return Object.assign(server, { port: (server.address() as AddressInfo).port })
}

/** Sends raw bytes to the guard and answers the first line of what comes back ('' when it hangs up). */
async function firstLine(guardUrl: string, bytes: string): Promise<string> {
  const socket = connect(Number(new URL(guardUrl).port), '127.0.0.1')
  socket.on('error', () => undefined)
  socket.write(bytes)
  let text = ''
  for await (const chunk of socket) {
    text += String(chunk)
    if (text.includes('\r\n')) break
  }
  socket.destroy()
  return text.split('\r\n')[0] ?? ''
}

const connectTo = (target: string): string => `CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n\r\n`

test('a browser reaches the site, its photos and its challenge pages on port 443, and nothing else', () => {
  for (const target of open) assert.equal(reachableHost(target), target.toLowerCase().replace(':443', ''))
  for (const target of forbidden) assert.equal(reachableHost(target), null, target)
})

test('only public unicast addresses are public, in whatever form they come', () => {
  for (const address of ['1.1.1.1', '2606:4700::1111', '::ffff:1.1.1.1']) assert.ok(isPublicAddress(address), address)
  for (const address of [
    '127.0.0.1',
    '10.0.0.1',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '224.0.0.1',
    '255.255.255.255',
    '::1',
    '::',
    'fdaa::3',
    'fe80::1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    'ff02::1',
    'not an address',
  ])
    assert.equal(isPublicAddress(address), false, address)
})

test('whatever the guard refuses opens no connection anywhere', async () => {
  const asked: string[] = []
  let connections = 0
  const listener = await listening(createTcpServer(() => (connections += 1)))
  const reach: Reach = async (host) => {
    asked.push(host)
    throw new Error('nobody should ask')
  }
  const guard = await openGuardProxy(reach, logger)
  try {
    for (const target of [...forbidden, `127.0.0.1:${listener.port}`, `localhost:${listener.port}`]) {
      const line = await firstLine(guard.url, connectTo(target))
      assert.match(line, /^HTTP\/1\.1 40[03] /, `${target}: ${line}`)
    }
    for (const line of [
      `GET http://127.0.0.1:${listener.port}/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`,
      'GET http://www.vinted.fr/ HTTP/1.1\r\nHost: www.vinted.fr\r\n\r\n',
      'GET file:///etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n',
      `GET http://127.0.0.1:${listener.port}/ HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
    ])
      assert.match(await firstLine(guard.url, line), /^HTTP\/1\.1 40[03] /)
    assert.deepEqual(asked, [])
    assert.equal(connections, 0)
  } finally {
    await guard.close()
    listener.close()
  }
})

test('a name with any address that is not public is refused before a connection', async () => {
  const addresses = [
    [{ address: '127.0.0.1', family: 4 }],
    [
      { address: '1.1.1.1', family: 4 },
      { address: '::ffff:169.254.169.254', family: 6 },
    ],
  ]
  for (const found of addresses) {
    const reach = reachDirectly({
      lookup: async () => found,
      connect: () => assert.fail('connected'),
    })
    await assert.rejects(reach('www.vinted.fr', AbortSignal.timeout(1_000)), /not public/)
  }
})

test('the IPv4 address that was checked is the one that is connected to, even when DNS flips', async () => {
  const both = [
    { address: '2606:4700::1', family: 6 },
    { address: '1.1.1.1', family: 4 },
  ]
  const answers = [both, [{ address: '127.0.0.1', family: 4 }]]
  let used: unknown
  const reach = reachDirectly({
    lookup: async () => answers.shift() ?? [],
    connect: ((options: { lookup: (host: string, options: object, done: (...found: unknown[]) => void) => void }) => {
      options.lookup('www.vinted.fr', { all: true }, (_error, found) => (used = found))
      return connect(9, '127.0.0.1') // Nobody listens there: how it ends does not matter.
    }) as unknown as typeof connect,
  })
  await assert.rejects(reach('www.vinted.fr', AbortSignal.timeout(1_000)))
  assert.deepEqual(used, [{ address: '1.1.1.1', family: 4 }])
  assert.equal(answers.length, 1)
})

test('a name without an IPv4 address is not reached: a session belongs to one address', async () => {
  const reach = reachDirectly({
    lookup: async () => [{ address: '2606:4700::1', family: 6 }],
    connect: () => assert.fail('connected'),
  })
  await assert.rejects(reach('www.vinted.fr', AbortSignal.timeout(1_000)), /has no IPv4 address/)
})

test('with a fixed proxy the guard asks it for open hosts only, and passes bytes both ways', async () => {
  const targets: string[] = []
  const logins: unknown[] = []
  const proxy = createServer()
  proxy.on('connect', (incoming, socket: Socket) => {
    targets.push(incoming.url ?? '')
    logins.push(incoming.headers['proxy-authorization'])
    if (incoming.url?.startsWith('api.')) return socket.end('HTTP/1.1 407 No\r\n\r\n')
    socket.write('HTTP/1.1 200 OK\r\n\r\nhello ')
    return socket.once('data', (bytes) => socket.end(bytes))
  })
  const { port } = await listening(proxy)
  const guard = await openGuardProxy(reachThroughProxy(`http://me:s%40crét@127.0.0.1:${port}`), logger)
  try {
    const asking = request({
      host: '127.0.0.1',
      port: new URL(guard.url).port,
      method: 'CONNECT',
      path: 'www.vinted.fr:443',
    })
    asking.end()
    const [answer, socket, head] = (await once(asking, 'connect')) as [{ statusCode: number }, Socket, Buffer]
    assert.equal(answer.statusCode, 200)
    socket.write('world')
    let text = head.toString()
    for await (const chunk of socket) text += String(chunk)
    assert.equal(text, 'hello world')
    assert.match(await firstLine(guard.url, connectTo('api.vinted.fr:443')), / 502 /)
    for (const target of forbidden) await firstLine(guard.url, connectTo(target))
    assert.deepEqual(targets, ['www.vinted.fr:443', 'api.vinted.fr:443'])
    assert.equal(logins[0], `Basic ${Buffer.from('me:s@crét').toString('base64')}`)
  } finally {
    await guard.close()
    proxy.closeAllConnections()
    proxy.close()
  }
})

test('closing the guard ends every tunnel and the port', async () => {
  const far = await listening(createTcpServer(() => undefined))
  const guard = await openGuardProxy(async () => {
    const socket = connect(far.port, '127.0.0.1')
    await once(socket, 'connect')
    return socket
  }, logger)
  const client = connect(Number(new URL(guard.url).port), '127.0.0.1')
  client.write(connectTo('www.vinted.fr:443'))
  await once(client, 'data')
  const ended = once(client, 'close')
  await guard.close()
  await ended
  await assert.rejects(firstLine(guard.url, connectTo('www.vinted.fr:443')))
  far.close()
})
