import { Agent, request } from 'undici'

/** Live pages as browsers hold them: a connection each, read as it comes. */
export async function openPages(url: string, headers: Record<string, string>, count: number) {
  const agent = new Agent({ connections: count, bodyTimeout: 0 })
  const closing = new AbortController()
  const hearing: ((text: string) => void)[] = []
  await Promise.all(
    Array.from({ length: count }, async () => {
      const { body } = await request(url, { dispatcher: agent, headers, signal: closing.signal })
      body.on('error', () => undefined) // Ended by us.
      body.on('data', (chunk: Buffer) => {
        for (const hear of hearing) hear(chunk.toString())
      })
    }),
  )
  return {
    /** Everything that arrives on any of them. */
    onText: (hear: (text: string) => void) => hearing.push(hear),
    async close(): Promise<void> {
      closing.abort()
      await agent.destroy()
    },
  }
}
