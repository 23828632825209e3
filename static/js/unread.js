import { DeliveryReporter } from "./connection/delivery-reporter.js";
import { ServerLink } from "./connection/server-link.js";
import { SignedOut } from "./connection/signed-out.js";
import { Badge } from "./list/badge.js";
import { UnreadCount } from "./list/unread-count.js";

// Pages without a conversation. Live on them: the unread badge, delivery reports, and the end of the sign-in.
const badge = new Badge(document);
const link = new ServerLink();
new UnreadCount(link, (count) => badge.set(count)).listen();
new DeliveryReporter(link).listen();
new SignedOut(link, document).listen();
