/** What the server tells this page: `<script type="application/json" id="page">`. Outside the chat it is less. */
const told = JSON.parse(document.getElementById("page").textContent);

export const page = {
  userId: told.user_id,
  role: told.role,
  otherRole: told.role === "doctor" ? "patient" : "doctor",
  chatId: told.chat_id,
  socketUrl: new URL(told.socket_url, location.href.replace(/^http/, "ws")).href,
  files: told.files && {
    maxBytes: told.files.max_bytes,
    maxFiles: told.files.max_files,
    extensions: told.files.extensions,
  },
  correctionHours: told.correction_hours,
  words: told.words,
};
