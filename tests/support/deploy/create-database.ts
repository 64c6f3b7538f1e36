import { Client } from 'pg'

/** `template` is copied as it stands; nobody may be connected to it. Answers the URL. */
export async function createDatabase(serverUrl: string, name: string, template = 'template1'): Promise<string> {
  const client = new Client(serverUrl)
  await client.connect()
  try {
    await client.query(`create database ${name} template ${template}`)
  } finally {
    await client.end()
  }
  return Object.assign(new URL(serverUrl), { pathname: name }).href
}
