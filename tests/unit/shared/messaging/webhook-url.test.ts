import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readDiscordUrl, readStandardUrl } from '#shared/messaging/webhook-url.ts'

const standard = (text: string, allowed: string[] = []): string => {
  const read = readStandardUrl(text, allowed)
  return read.kind === 'refused' ? `refused: ${read.reason}` : read.url.href
}
const discord = (text: string): string => {
  const read = readDiscordUrl(text)
  return read.kind === 'refused' ? 'refused' : read.url.href
}

test('a program is called by https at a public host', () => {
  assert.equal(standard('https://hooks.example.com/a?b=c#d'), 'https://hooks.example.com/a?b=c')
  assert.equal(standard('https://1.1.1.1/'), 'https://1.1.1.1/')
})

test('everything that may lead inside is refused before anything is called', () => {
  const inner = [
    'http://hooks.example.com/',
    'https://hooks.example.com:8443/',
    'https://169.254.169.254/latest',
    'https://[fdaa::3]/',
    'https://127.1/',
    'https://2130706433/',
    'https://0177.0.0.1/',
    'https://①②⑦.⓪.⓪.①/',
    'https://[::ffff:7f00:1]/',
    'https://100.64.0.1/',
    'https://localhost/',
    'https://example.com./',
    'https://ok.example\\@127.0.0.1/',
    'https://user:password@example.com/',
    'https://exa mple.com/',
    'file:///etc/passwd',
    'not an address',
    `https://example.com/${'x'.repeat(2_048)}`,
  ]
  for (const text of inner) assert.match(standard(text), /^refused: wants /, text)
})

test('what the operator names is called as it is, at that port only', () => {
  const allowed = ['n8n.lan:5678', '10.0.0.2:443']
  assert.equal(standard('http://n8n.lan:5678/webhook/x', allowed), 'http://n8n.lan:5678/webhook/x')
  assert.equal(standard('https://10.0.0.2/', allowed), 'https://10.0.0.2/')
  assert.match(standard('http://n8n.lan/webhook/x', allowed), /^refused/)
  assert.match(standard('ftp://n8n.lan:5678/', allowed), /^refused/)
  assert.match(standard('https://10.0.0.2:444/', allowed), /^refused/)
})

test('a Discord webhook is one of Discord’s own addresses, with its thread and nothing else', () => {
  const own = 'https://discord.com/api/webhooks/123456789012345678/aB-_9'
  assert.equal(discord(own), own)
  assert.equal(discord(`${own}?thread_id=77&wait=true#x`), `${own}?thread_id=77`)
  assert.equal(discord(own.replace('discord.com', 'ptb.discord.com')), own.replace('discord.com', 'ptb.discord.com'))
  assert.equal(discord(own.replace('/api/', '/api/v10/')), own.replace('/api/', '/api/v10/'))
  const others = [
    own.replace('https', 'http'),
    own.replace('discord.com', 'discord.com.evil.example'),
    own.replace('discord.com', 'evildiscord.com'),
    own.replace('discord.com', 'discord.com:8443'),
    own.replace('/aB-_9', ''),
    own.replace('webhooks', 'channels'),
    `${own}/messages/@original`,
    `${own}?thread_id=x`,
    'https://discord.com/api/webhooks/1/../../../oauth2',
  ]
  for (const text of others) assert.equal(discord(text), 'refused', text)
})
