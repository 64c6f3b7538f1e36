import { createServer } from 'node:net'

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })

/** Throws naming every port that is taken. */
export async function requireFreePorts(ports: readonly number[]): Promise<void> {
  const free = await Promise.all(ports.map(isFree))
  const taken = ports.filter((_, place) => !free[place])
  if (taken.length > 0) {
    throw new Error(`port ${taken.join(', ')} is in use on 127.0.0.1: stop what runs there, or start with --port N`)
  }
}
