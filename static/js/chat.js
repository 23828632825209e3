import { PresentParts } from "./appointments/present-parts.js";
import { chatLink } from "./connection/chat-link.js";
import { SignedOut } from "./connection/signed-out.js";
import { ChatApp } from "./elements/chat-app.js";
import { ChatComposer } from "./elements/chat-composer.js";
import { ChatList } from "./elements/chat-list.js";
import { ChatThread } from "./elements/chat-thread.js";
import { ConnectionBanner } from "./elements/connection-banner.js";
import { MessageActions } from "./elements/message-actions.js";
import { PhotoLightbox } from "./elements/photo-lightbox.js";
import { ReplyQuote } from "./elements/reply-quote.js";
import { SearchPage } from "./elements/search-page.js";
import { ShortcutHelp } from "./elements/shortcut-help.js";
import { ThreadTools } from "./elements/thread-tools.js";
import { UploadTray } from "./elements/upload-tray.js";
import { listenForOpenings } from "./lib/opening.js";
import { News } from "./list/news.js";

// An element is defined before those whose events it listens to, and after those whose methods it calls.
customElements.define("chat-app", ChatApp);
customElements.define("connection-banner", ConnectionBanner);
customElements.define("chat-list", ChatList);
customElements.define("chat-thread", ChatThread);
customElements.define("message-actions", MessageActions);
customElements.define("search-page", SearchPage);
customElements.define("upload-tray", UploadTray);
customElements.define("reply-quote", ReplyQuote);
customElements.define("chat-composer", ChatComposer);
customElements.define("thread-tools", ThreadTools);
customElements.define("photo-lightbox", PhotoLightbox);
customElements.define("shortcut-help", ShortcutHelp);

new SignedOut(chatLink(), document).listen();
new News(chatLink(), document).listen();
new PresentParts(chatLink(), { root: document }).listen();
listenForOpenings(document);
