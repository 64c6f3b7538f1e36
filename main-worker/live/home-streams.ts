import { html, raw } from 'hono/html'
import type { Language } from '#shared/outbox/texts.ts'
import type { Context } from '../context.ts'
import { homeFragments } from '../dashboard/home/render-home.ts'
import type { Fragments } from '../dashboard/home/render-home.ts'
import type { EventHub } from './event-hub.ts'

/** Everybody with the same eyes sees the same page: it is read and drawn once for all of them. */
export type Eye = { language: Language; timeZone: string; mayControl: boolean; scope: string | null }

type Part = keyof Fragments
type Audience = {
  eye: Eye
  listeners: Set<(data: string) => void>
  /** What they see now. */
  shown: Map<Part, string>
  isDrawing: boolean
  isStale: boolean
  close: () => void
}

/** The texts of times go on by themselves (assets/vigie.js): a part has changed when anything else has. */
const withoutTimes = (markup: string): string => markup.replaceAll(/(<time[^>]*>)[^<]*/g, '$1')

const partial = (part: Part, markup: string) =>
  html`<hx-partial hx-target="#${part}" hx-swap="innerMorph">${raw(markup)}</hx-partial>`

export type HomeStreams = {
  /** `send` gets pieces of the page for htmx, the whole of it first. Answers how to stop. */
  subscribe(eye: Eye, send: (data: string) => void): () => void
}

export function createHomeStreams(
  { database, clock, config }: Pick<Context, 'database' | 'clock'> & { config: Pick<Context['config'], 'schedule'> },
  events: EventHub,
  failed: (error: unknown) => void,
): HomeStreams {
  const isContinuous = config.schedule === 'continuous'
  const audiences = new Map<string, Audience>()

  async function read({ language, timeZone, mayControl, scope }: Eye): Promise<Map<Part, string>> {
    const home = await database.call('read_home', { person_id: scope })
    const fragments = homeFragments(home, { language, timeZone, mayControl, isContinuous, now: clock.now() })
    const parts = Object.entries(fragments) as [Part, Fragments[Part]][]
    return new Map(await Promise.all(parts.map(async ([part, content]) => [part, String(await content)] as const)))
  }

  /** One drawing at a time; what happens meanwhile is drawn right after it. */
  async function draw(audience: Audience): Promise<void> {
    audience.isStale = true
    if (audience.isDrawing) return
    audience.isDrawing = true
    try {
      while (audience.isStale) {
        audience.isStale = false
        const parts = await read(audience.eye)
        const changed = [...parts].filter(
          ([part, markup]) => withoutTimes(markup) !== withoutTimes(audience.shown.get(part) ?? ''),
        )
        audience.shown = parts
        if (changed.length === 0) continue
        const pieces = String(await html`${changed.map(([part, markup]) => partial(part, markup))}`)
        for (const send of audience.listeners) send(pieces)
      }
    } catch (error) {
      failed(error)
    } finally {
      audience.isDrawing = false
    }
  }

  function open(eye: Eye): Audience {
    const audience: Audience = {
      eye,
      listeners: new Set(),
      shown: new Map(),
      isDrawing: false,
      isStale: false,
      close: events.subscribe(() => void draw(audience)),
    }
    return audience
  }

  return {
    subscribe(eye, send) {
      const key = JSON.stringify(eye)
      const audience = audiences.get(key) ?? open(eye)
      audiences.set(key, audience)
      audience.listeners.add(send)
      // All of it, for whoever is new: something may have happened between their page and this.
      audience.shown = new Map()
      void draw(audience)
      return () => {
        audience.listeners.delete(send)
        if (audience.listeners.size > 0) return
        audience.close()
        audiences.delete(key)
      }
    },
  }
}
