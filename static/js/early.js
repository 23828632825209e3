/**
 * Opens the socket of a chat page while the page and its scripts still arrive: on a slow line that saves a wait.
 * `connection/connection.js` takes it over, with the frames that came before.
 */
const socket = new WebSocket(new URL("/ws/chat", location.href.replace(/^http/, "ws")), "chat.v1");
const frames = [];
const taken = new AbortController();
socket.addEventListener("message", (frame) => frames.push(frame), { signal: taken.signal });

function handOver(receive) {
  taken.abort();
  socket.addEventListener("message", receive);
  frames.forEach(receive);
}

globalThis.earlySocket = { socket, handOver };
