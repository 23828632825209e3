/** The server's settings for this page: `<script type="application/json" id="page">`. Fewer outside the chat. */
const settings = JSON.parse(document.getElementById("page").textContent);

export const page = {
  // A browser that translates the page changes the attribute.
  language: document.documentElement.lang,
  userId: settings.user_id,
  role: settings.role,
  otherRole: settings.other_role,
  /** The open conversation, which changes; null where none is. */
  chatId: settings.chat_id,
  epoch: settings.epoch,
  mostInBadge: settings.most_in_badge,
  socketUrl: new URL(settings.socket_url, location.href.replace(/^http/, "ws")).href,
  soundUrl: settings.sound_url,
  files: settings.files && {
    maxBytes: settings.files.max_bytes,
    maxFiles: settings.files.max_files,
  },
  maxTextBytes: settings.max_text_bytes,
  correctionHours: settings.correction_hours,
  reactions: settings.reactions,
  words: settings.words,
};
