import type { Context } from '../context.ts'
import type { Actor } from '../http/access.ts'

/** One way out, as a message's row names it; `name` is what people call it, where it has a name. */
export type WayOut = { channel: string; destination: string; name: string | null }

type Deps = Pick<Context, 'database' | 'channel'>

/** Where the fleet talks to this person: what they may try, and whose messages are theirs. */
export async function channelsOf({ database, channel }: Deps, { person }: Actor): Promise<WayOut[]> {
  const isOwner = person.role === 'owner'
  const chat = isOwner ? await database.call('get_owner_chat', {}) : person.chatId
  return [
    ...(channel === 'telegram' && chat !== null ? [{ channel, destination: chat, name: null }] : []),
    ...(isOwner ? [{ channel: 'console', destination: 'console', name: null }] : []),
  ]
}
