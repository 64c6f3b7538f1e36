import { randomUUID } from 'node:crypto'
import { hashOf } from '../../../main-worker/people/codes.ts'
import { openSession } from '../../../main-worker/people/login.ts'
import { openDatabase } from '../../../shared/database/open-database.ts'
import type { TestFleet } from '../../support/fleet/start-test-fleet.ts'

export type Fields = Record<string, string | readonly string[]>
export type PageAnswer = { status: number; location: string; html: string }

/** A browser without scripts: it keeps its cookie and does not follow, so that a test sees where it is sent. */
export type PageVisitor = {
  get(path: string): Promise<PageAnswer>
  post(path: string, fields?: Fields): Promise<PageAnswer>
}

const COOKIE = 'vigie'

function visitorWith(url: string, cookie: string): PageVisitor {
  const ask = async (path: string, init: RequestInit): Promise<PageAnswer> => {
    const answer = await fetch(`${url}${path}`, {
      ...init,
      redirect: 'manual',
      headers: { cookie, 'sec-fetch-site': 'same-origin' },
    })
    return { status: answer.status, location: answer.headers.get('location') ?? '', html: await answer.text() }
  }
  return {
    get: (path) => ask(path, {}),
    post: (path, fields = {}) => {
      const body = new URLSearchParams()
      for (const [name, value] of Object.entries(fields))
        for (const one of typeof value === 'string' ? [value] : value) body.append(name, one)
      return ask(path, { method: 'POST', body })
    },
  }
}

/** The owner, logged in with the key. */
export async function visitAsOwner({ local }: TestFleet): Promise<PageVisitor> {
  const { main, apiKey } = local()
  const answer = await fetch(`${main.url}/login`, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'sec-fetch-site': 'same-origin' },
    body: new URLSearchParams({ key: apiKey }),
  })
  const cookie = answer.headers.getSetCookie().find((value) => value.startsWith(`${COOKIE}=`))
  if (answer.status !== 303 || !cookie) throw new Error(`the login answered ${answer.status}`)
  return visitorWith(main.url, cookie.split(';')[0] ?? '')
}

/** Somebody the owner invited, with a chat of their own, logged in. */
export async function visitAs(
  { local }: TestFleet,
  role: 'member' | 'viewer',
  chatId: string,
): Promise<PageVisitor & { personId: string }> {
  const { main, database: at } = local()
  const database = openDatabase(at.url, at.key)
  const code_hash = hashOf(randomUUID())
  await database.call('create_invitation', { code_hash, role, name: `a ${role}`, ttl_ms: 60_000 })
  const person = await database.call('use_invitation', { code_hash, chat_id: chatId, language: 'en' })
  if (person === null) throw new Error('the invitation was not taken')
  const token = await openSession({ database }, person.id)
  return { ...visitorWith(main.url, `${COOKIE}=${token}`), personId: person.id }
}
