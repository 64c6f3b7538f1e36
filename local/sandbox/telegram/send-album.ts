import { z } from 'zod'
import type { Method } from './bot-state.ts'
import { badRequest } from './refused-error.ts'
import { admit, captionOf, chatOf, readPhotoLink, topicOf } from './send-methods.ts'
import { messageObject } from './telegram-objects.ts'

const MOST = 10

/** Only pictures by link: an album of uploads or of other media is refused rather than waved through. */
const Media = z.array(
  z.object({
    type: z.literal('photo'),
    media: z.string(),
    caption: z.string().default(''),
    parse_mode: z.string().default(''),
  }),
)

/** Several pictures shown as one. Each of them is a message of its own, with the caption of its own. */
export const sendAlbum: Method = (state, params) => {
  const chatId = chatOf(params)
  const given = params.json('media')
  if (given === undefined) throw badRequest('parameter "media" is required')
  if (!Array.isArray(given) || given.length === 0) throw badRequest('there are no messages to send')
  if (given.length > MOST) throw badRequest('too many messages to send as an album')
  const media = Media.safeParse(given)
  if (!media.success) throw badRequest("can't parse InputMedia: only photos by link are known here")
  const pictures = media.data.map((one) => {
    const { text, entities } = captionOf(one.caption, one.parse_mode)
    return { photo: readPhotoLink(one.media), text, entities }
  })
  admit(state, chatId)
  const album = String(state.clock.now())
  const topic = topicOf(params)
  const shown = pictures.map((picture) =>
    state.chats.show({ chatId, kind: 'photo', ...picture, rows: [], topic, album }),
  )
  state.chats.record({
    chat: String(chatId),
    method: 'sendMediaGroup',
    caption: pictures
      .map(({ text }) => text)
      .join('\n')
      .trim(),
    photos: pictures.map(({ photo }) => photo),
    buttons: [],
    entities: pictures.flatMap(({ entities }) => entities),
    ...(topic === null ? {} : { topic }),
  })
  return shown.map(messageObject)
}
