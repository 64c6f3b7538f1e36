import { logLine } from '../log-lines.ts'
import type { Logger } from '../logger.ts'
import type { MessagingProvider } from './messaging-provider.ts'

/** Where messages go while no bot token is set: the terminal (the page shows them too). */
export const createConsole = (logger: Logger): MessagingProvider => ({
  channel: 'console',
  gapMs: { channel: 0, destination: () => 0 },
  send(_destination, _topicId, message) {
    logLine(logger, 'consoleMessage', { text: message.plain.replaceAll('\n', ' · ') })
    return Promise.resolve({ kind: 'sent' })
  },
})
