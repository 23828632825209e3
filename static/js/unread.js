import { PresentParts } from "./appointments/present-parts.js";
import { chatLink } from "./connection/chat-link.js";
import { Locked } from "./connection/locked.js";
import { ShownNotifications } from "./connection/shown-notifications.js";
import { SignedOut } from "./connection/signed-out.js";
import { listenForOpenings } from "./lib/opening.js";
import { Badge } from "./list/badge.js";
import { Chime } from "./list/chime.js";
import { News } from "./list/news.js";
import { UnreadCount } from "./list/unread-count.js";

// On pages without a conversation these are live: the unread badge, what screen readers are told of news, the sound of
// a message, appointments, delivery reports, shown notifications, and the end of the sign-in. What waits in this tab is
// sent, and not shown.
const badge = new Badge(document);
const link = chatLink();
new UnreadCount(link, (count) => badge.set(count)).listen();
new News(link, document).listen();
new Chime(link, document).listen();
new PresentParts(link, { root: document, rename: (title) => badge.rename(title) }).listen();
new SignedOut(link, document).listen();
new Locked(link, document).listen();
new ShownNotifications(link).listen();
listenForOpenings(document);
