import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readUpdate, TelegramUpdate } from '../../../../main-worker/bot/reading/read-update.ts'

const read = (content: object) => readUpdate(TelegramUpdate.parse({ update_id: 1, ...content }))
const chat = { id: 42, type: 'private' }
const text = (over: object) => read({ message: { message_id: 1, chat, text: 'hello', ...over } })

test('a text says who, where and in which language', () => {
  assert.deepEqual(text({ from: { id: 42, language_code: 'en-GB' } }), {
    kind: 'text',
    chatId: '42',
    topicId: null,
    isPrivate: true,
    language: 'en',
    text: 'hello',
    links: [],
  })
  assert.equal(text({ from: { language_code: 'fr' } })?.language, 'fr')
  assert.equal(text({})?.language, 'fr')
})

test('a topic is one only where the group has topics: a chain of answers is none', () => {
  const group = { chat: { id: -100, type: 'supergroup' }, message_thread_id: 7 }
  assert.equal(text({ ...group, is_topic_message: true })?.topicId, 7)
  assert.equal(text(group)?.topicId, null)
})

test('links behind words and the words below a picture are read too', () => {
  const entities = [{ type: 'text_link', url: 'https://www.vinted.fr/catalog' }, { type: 'bold' }]
  const update = text({ text: undefined, caption: 'here', caption_entities: entities })
  assert.deepEqual(update?.kind === 'text' && [update.text, update.links], ['here', ['https://www.vinted.fr/catalog']])
})

test('a press names its button’s message, if Telegram still has it', () => {
  const press = (message: object | undefined) =>
    read({ callback_query: { id: '9', from: { language_code: 'fr' }, data: 'save:1', ...(message && { message }) } })
  const update = press({ message_id: 5, chat })
  assert.deepEqual(update?.kind === 'press' && [update.pressId, update.messageId, update.data], ['9', 5, 'save:1'])
  assert.equal(press(undefined), null)
})

test('what a database refuses is not kept', () => {
  const update = text({ text: 'a\0b\ud800' })
  assert.equal(update?.kind === 'text' && update.text, 'a b\ufffd')
})

test('other bots, pictures without words and members that leave need no answer', () => {
  assert.equal(text({ from: { is_bot: true } }), null)
  assert.equal(text({ text: undefined }), null)
  assert.equal(read({ my_chat_member: { new_chat_member: { status: 'kicked' } } }), null)
})

test('what is no update is refused', () => {
  for (const raw of [null, 'x', {}, { update_id: 'x' }, { update_id: 1, message: { text: 'no chat' } }])
    assert.equal(TelegramUpdate.safeParse(raw).success, false)
})
