import type { Answer, Asked } from '../asked.ts'
import { bindOwner } from '../bind-owner.ts'
import { readCode } from '../reading/read-code.ts'
import { welcome } from './welcome.ts'

/** Greets; with the owner's code it moves the owner here, whoever this chat was. */
export async function start({ context, person, update }: Asked, argument: string): Promise<Answer> {
  const code = readCode(argument)
  const place = { chatId: update.chatId, language: person.language }
  if (code !== null && (await bindOwner(context, place, code))) return { replies: [] }
  return welcome(person)
}
