import { DeliveryReporter } from "./connection/delivery-reporter.js";
import { ServerLink } from "./connection/server-link.js";
import { SignedOut } from "./connection/signed-out.js";
import { listenForOpenings } from "./lib/opening.js";
import { Badge } from "./list/badge.js";
import { UnreadCount } from "./list/unread-count.js";

// On pages without a conversation three things are live: the unread badge, delivery reports, the end of the sign-in.
const badge = new Badge(document);
const link = new ServerLink();
new UnreadCount(link, (count) => badge.set(count)).listen();
new DeliveryReporter(link).listen();
new SignedOut(link, document).listen();
listenForOpenings(document);
