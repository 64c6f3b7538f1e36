import { readCommand } from './read-command.ts'

/** A code as somebody types it; null for what is none. */
export const readCode = (text: string): string | null => (/^[a-z0-9]{4,32}$/i.test(text) ? text.toUpperCase() : null)

/** The code after `/start`, as `t.me/<bot>?start=CODE` writes it; null for any other text. */
export function startCode(text: string, botName: string): string | null {
  const command = readCommand(text, botName)
  if (command === null || typeof command === 'string' || command.name !== 'start') return null
  return readCode(command.argument)
}
