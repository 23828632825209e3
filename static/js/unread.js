import { DeliveryReporter } from "./connection/delivery-reporter.js";
import { ServerLink } from "./connection/server-link.js";
import { SignedOut } from "./connection/signed-out.js";
import { Badge } from "./list/badge.js";
import { UnreadCount } from "./list/unread-count.js";

// Pages without a conversation: all that is live on them is the number in the navigation, that a message is here, and whether
// one is signed in.
const badge = new Badge(document);
const line = new ServerLink();
new UnreadCount(line, (count) => badge.set(count));
new DeliveryReporter(line);
new SignedOut(line, document);
