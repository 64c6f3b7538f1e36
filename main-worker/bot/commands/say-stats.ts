import { workerAvailability } from '../../fleet/worker-availability.ts'
import type { Answer, Asked } from '../asked.ts'
import { say } from '../words/compose.ts'
import { showAge, showMoment } from '../words/show-time.ts'

/** How the fleet is, in a sentence or two, and what this person's alerts found in a day. */
export async function sayStats({ context, person, now, t, signal }: Asked): Promise<Answer> {
  const { database } = context
  const { id } = person.role === 'viewer' ? await database.call('get_owner', {}, signal) : person
  const [{ workers, pause }, incidents, numbers] = await Promise.all([
    database.call('read_fleet', {}, signal),
    database.call('list_incidents', {}, signal),
    database.call('read_person_numbers', { person_id: id }, signal),
  ])
  const pausedUntil = pause?.until ? showMoment(Date.parse(pause.until), now, person) : null
  const open = incidents.filter(({ isOpen }) => isOpen).length
  const { finds, watching, lastCheckedAt } = numbers
  return say(
    pause ? t.fleetPaused(pausedUntil) : t.fleetAtWork(workerAvailability(workers).available.length, workers.length),
    lastCheckedAt === null ? t.noCheckYet : t.lastCheck(showAge(Date.parse(lastCheckedAt), now, t)),
    t.findsOfDay(finds, watching),
    ...(open > 0 ? [t.openIncidents(open)] : []),
  )
}
