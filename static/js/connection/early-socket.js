/** The socket that `early.js` opened, once: null where it was lost meanwhile, or the page has none. */
export function takeEarlySocket() {
  const early = globalThis.earlySocket;
  globalThis.earlySocket = null;
  return early && early.socket.readyState <= WebSocket.OPEN ? early : null;
}
