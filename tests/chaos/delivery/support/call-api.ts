import type { Json } from '../../../support/json.ts'
import { API_SECRET } from './post-office.ts'
import type { WorkerProcess } from './spawn-worker.ts'

export type Api = (method: string, path: string, body?: unknown) => Promise<{ status: number; body: Json }>

/** Calls below `/api/v1/`, with the key. */
export const apiOf =
  (worker: WorkerProcess): Api =>
  async (method, path, body) => {
    const answer = await fetch(`${worker.url}/api/v1/${path}`, {
      method,
      headers: { 'x-api-key': API_SECRET, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    return { status: answer.status, body: await answer.json() }
  }
