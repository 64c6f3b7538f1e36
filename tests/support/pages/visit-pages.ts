import { randomUUID } from 'node:crypto'
import { hashOf } from '../../../main-worker/people/codes.ts'
import { openSession } from '../../../main-worker/people/login.ts'
import { openDatabase } from '../../../shared/database/open-database.ts'
import type { TestFleet } from '../fleet/start-test-fleet.ts'

type Fleet = Pick<TestFleet, 'local'>
type Headers = Record<string, string>
export type Fields = Record<string, string | readonly string[]>

/** `location`: where it sends one; empty when it does not. */
export type PageAnswer = { status: number; location: string; headers: Response['headers']; html: string }

/** A browser without scripts: it keeps its cookie, posts forms from our own pages, and follows nothing by itself. */
export type Visitor = {
  get(path: string, headers?: Headers): Promise<PageAnswer>
  post(path: string, fields?: Fields, headers?: Headers): Promise<PageAnswer>
}

function openVisitor({ local }: Fleet, firstCookie = ''): Visitor {
  let cookie = firstCookie
  const ask = async (path: string, init: RequestInit, more: Headers): Promise<PageAnswer> => {
    const answer = await fetch(new URL(path, local().main.url), {
      ...init,
      redirect: 'manual',
      headers: { 'sec-fetch-site': 'same-origin', ...(cookie !== '' && { cookie }), ...more },
    })
    const { status, headers } = answer
    cookie = headers.getSetCookie().at(-1)?.split(';')[0] ?? cookie
    return { status, headers, location: headers.get('location') ?? '', html: await answer.text() }
  }
  return {
    get: (path, headers = {}) => ask(path, {}, headers),
    post: (path, fields = {}, headers = {}) => {
      const body = new URLSearchParams()
      for (const [name, value] of Object.entries(fields))
        for (const one of typeof value === 'string' ? [value] : value) body.append(name, one)
      return ask(path, { method: 'POST', body }, headers)
    },
  }
}

async function logIn(visitor: Visitor, path: string, fields: Fields): Promise<Visitor> {
  const { status, html } = await visitor.post(path, fields)
  if (status !== 303) throw new Error(`not let in: ${status} ${html}`)
  return visitor
}

/** The owner, logged in with the key. */
export const visitAsOwner = (fleet: Fleet): Promise<Visitor> =>
  logIn(openVisitor(fleet), '/login', { key: fleet.local().apiKey })

/** Whoever a login link lets in, as the bot and the owner hand them out. */
export const visitByLink = (fleet: Fleet, link: string): Promise<Visitor> => logIn(openVisitor(fleet), link, {})

/** Somebody who was invited, in English, with a chat of their own. */
export async function visitAs(
  fleet: Fleet,
  role: 'member' | 'viewer',
  chatId: string,
): Promise<Visitor & { personId: string }> {
  const { url, key } = fleet.local().database
  const database = openDatabase(url, key)
  const code_hash = hashOf(randomUUID())
  await database.call('create_invitation', { code_hash, role, name: `a ${role}`, ttl_ms: 60_000 })
  const person = await database.call('use_invitation', { code_hash, chat_id: chatId, language: 'en' })
  if (person === null) throw new Error('the invitation was not taken')
  const token = await openSession({ database }, person.id)
  return { ...openVisitor(fleet, `vigie=${token}`), personId: person.id }
}
