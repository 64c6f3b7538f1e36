import type { Json } from '../../../support/json.ts'
import type { TestSandbox } from '../../../support/sandbox/start-test-sandbox.ts'

/** Publishes a listing under a title that nothing else has. */
export async function publish(sandbox: TestSandbox, title: string, market = 'fr'): Promise<void> {
  const listings = [{ title, brand: 'Atelier', size: 'M', statusId: 2, price: 20, sellerLogin: 'claire' }]
  await sandbox.control('POST', 'listings', { market, listings })
}

/** How often each of these titles was told, counted on the other side: in the messages that Telegram accepted. */
export async function tellings(sandbox: TestSandbox, titles: readonly string[]): Promise<Map<string, number>> {
  const messages = await sandbox.control<Json[]>('GET', 'messages')
  const texts = messages.map((message) => `${message.text ?? ''}\n${message.caption ?? ''}`)
  return new Map(titles.map((title) => [title, texts.filter((text) => text.includes(title)).length]))
}

/** `{lost, repeated}` of what was published. */
export async function countTellings(sandbox: TestSandbox, titles: readonly string[]) {
  const counts = [...(await tellings(sandbox, titles)).values()]
  return {
    lost: counts.filter((count) => count === 0).length,
    repeated: counts.reduce((total, count) => total + Math.max(0, count - 1), 0),
  }
}
