/** Every command, in the order of the menu. */
export const commandNames = [
  'add',
  'list',
  'pause',
  'resume',
  'snooze',
  'mute',
  'quiet',
  'stats',
  'test',
  'lang',
  'login',
  'help',
  'start',
] as const
export type CommandName = (typeof commandNames)[number]

/** What French fingers type; the menu shows the names above. */
const french = new Map<string, CommandName>([
  ['ajouter', 'add'],
  ['liste', 'list'],
  ['reprendre', 'resume'],
  ['reporter', 'snooze'],
  ['masquer', 'mute'],
  ['calme', 'quiet'],
  ['essai', 'test'],
  ['langue', 'lang'],
  ['connexion', 'login'],
  ['aide', 'help'],
])

export type ReadCommand = { name: CommandName; argument: string } | 'unknown' | 'for-another-bot'

const isCommand = (name: string): name is CommandName => (commandNames as readonly string[]).includes(name)

/** `/pause 3`, `/pause@VigieBot 3`; null for a text that is no command. `botName` with or without its @. */
export function readCommand(text: string, botName: string): ReadCommand | null {
  const parts = /^\/([a-z_]{1,32})(?:@(\w{1,64}))?(?:\s+([\s\S]*))?$/i.exec(text.trim())
  if (!parts) return text.trim().startsWith('/') ? 'unknown' : null
  const [, word = '', addressee, argument = ''] = parts
  if (addressee !== undefined && addressee.toLowerCase() !== botName.replace('@', '').toLowerCase())
    return 'for-another-bot'
  const name = word.toLowerCase()
  const known = isCommand(name) ? name : french.get(name)
  return known === undefined ? 'unknown' : { name: known, argument: argument.trim() }
}
