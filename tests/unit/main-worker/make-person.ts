import type { Person } from '#shared/database/people.ts'

/** The owner's friend, with what a test wants to be different. */
export const makePerson = (over: Partial<Person> = {}): Person => ({
  id: '00000000-0000-4000-8000-0000000000aa',
  role: 'member',
  name: 'Ami',
  chatId: '4242',
  language: 'fr',
  timeZone: 'Europe/Paris',
  quietFrom: null,
  quietUntil: null,
  createdAt: '2026-11-22T08:00:00Z',
  ...over,
})
