import ipaddr from 'ipaddr.js'

/** IPv4 inside IPv6 counts as what it is; tunnels and translations (6to4, Teredo, NAT64) are not public. */
export const isPublicAddress = (address: string): boolean =>
  ipaddr.isValid(address) && ipaddr.process(address).range() === 'unicast'
